// The list of exports by day: its pages, and the states without an export to show.

import { Export } from "./export.js";
import { count, dayOf, zoneName } from "./format.js";
import { FilterBar, found, isFiltered } from "./list-filter.js";
import { allowNotices, noticesAllowed, noticesPossible } from "./notices.js";
import { EVERYTHING } from "./place.js";
import { html, useState } from "./preact.js";
import { PAGE_SIZE } from "./polling.js";
import { texts } from "./texts.js";
import { Button, Icon, Loading, Notice, useNow } from "./ui.js";

export function Exports({ exports, types, filter, choose, turnTo, opened, go, say }) {
  const { list, error, loading, refresh } = exports;
  const running = Boolean(list?.exports.some(({ status }) => status === "PENDING"));
  const now = useNow(true, running ? 1 : 20);
  const given = { now, go, say, refresh };
  const missing = opened && list && !list.exports.some(({ id }) => id === opened);
  const rows = found(list?.exports || [], filter.q);
  return html`
    <div class="row spread"><h1>${texts.views.exports}</h1>
      <div class="row"><${Bell} /><${Button} kind="primary" icon="plus" onClick=${() => go("new")}>${texts.views.new}<//></div></div>
    <${FilterBar} types=${types} filter=${filter} choose=${choose} />
    ${error && list && html`<p class="banner" role="alert"><${Icon} name="offline" />${error.message} ${texts.list.stale}
      <${Button} kind="quiet" icon="again" onClick=${() => refresh()}>${texts.tryAgain}<//></p>`}
    ${error && !list && html`<${Notice} icon="offline" kind="bad" title=${texts.errors.title}><p>${error.message}</p>
      <${Button} kind="primary" icon="again" onClick=${() => refresh()}>${texts.tryAgain}<//><//>`}
    ${!list && loading && html`<${Loading} lines=${5} />`}
    ${missing && html`<ul class="exports"><${Export} key=${opened} job=${{ id: opened, outside: true }} ...${given} /></ul>`}
    ${list && !rows.length && html`<${Nothing} filter=${filter} choose=${choose} go=${go} />`}
    ${byDay(rows, now).map(([day, ofDay]) => html`<section key=${day} class="day"><h2>${day}</h2>
      <ul class="exports" aria-busy=${loading ? "true" : undefined}>
        ${ofDay.map((one) => html`<${Export} key=${one.id} job=${one} open=${one.id === opened} ...${given} />`)}
      </ul></section>`)}
    ${list && html`<${Pager} list=${list} shown=${filter.q ? rows.length : null} turnTo=${turnTo} />`}`;
}

/** Return pairs of a day and its exports, in the order of the list. */
function byDay(rows, now) {
  const days = new Map();
  for (const one of rows) {
    const day = dayOf(one.createdAt, now);
    days.set(day, [...(days.get(day) || []), one]);
  }
  return [...days];
}

function Bell() {
  const [allowed, setAllowed] = useState(noticesAllowed());
  if (allowed || !noticesPossible()) return null;
  return html`<${Button} icon="bell" label=${texts.list.notify} onClick=${async () => { await allowNotices(); setAllowed(noticesAllowed()); }} />`;
}

function Nothing({ filter, choose, go }) {
  const t = texts.list;
  if (isFiltered(filter)) {
    return html`<${Notice} icon="search" title=${t.nothingFound}>
      <${Button} onClick=${() => choose(EVERYTHING)}>${t.showAll}<//><//>`;
  }
  return html`<${Notice} icon="download" title=${t.nothing}><p>${t.nothingText}</p>
    <${Button} kind="primary" icon="plus" onClick=${() => go("new")}>${texts.views.new}<//><//>`;
}

/** `shown` is how many of the page a search has found, null without a search. */
function Pager({ list, shown, turnTo }) {
  const t = texts.list;
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = list.pageInfo;
  const total = t.total(list.totalCount, count(list.totalCount));
  const isWhole = !hasNextPage && !hasPreviousPage;
  const said = shown === null ? (isWhole ? total : `${total}, ${t.perPage(PAGE_SIZE)}`) : t.searched(shown, list.exports.length, total);
  if (!list.totalCount) return null;
  return html`<nav class="row spread pager" aria-label=${t.pages}>
    ${!isWhole && html`<${Button} disabled=${!hasPreviousPage} onClick=${() => turnTo({ before: startCursor })}>${t.newer}<//>`}
    <span class="hint">${said} · ${t.zone(zoneName())}</span>
    ${!isWhole && html`<${Button} disabled=${!hasNextPage} onClick=${() => turnTo({ after: endCursor })}>${t.older}<//>`}
  </nav>`;
}
