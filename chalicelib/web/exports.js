// The list of exports by day: its pages, and the states without an export to show.

import { Export } from "./export.js";
import { count, dayOf, timeOrDay, zoneName } from "./format.js";
import { FilterBar, isFiltered } from "./list-filter.js";
import { allowNotices, noticesAllowed, noticesPossible } from "./notices.js";
import { EVERYTHING } from "./place.js";
import { html, useState } from "./preact.js";
import { PAGE_SIZE } from "./polling.js";
import { useSearch } from "./search.js";
import { texts } from "./texts.js";
import { Button, Icon, Loading, Notice, useNow } from "./ui.js";

export function Exports({ exports, types, filter, choose, turnTo, opened, go, say }) {
  const { list, error, loading, refresh } = exports;
  const running = Boolean(list?.exports.some(({ status }) => status === "PENDING"));
  const now = useNow(true, running ? 1 : 20);
  const search = useSearch(list, filter.q);
  const onChanged = (changed, isNew) => {
    search.replace(changed);
    return refresh(isNew ? changed : undefined);
  };
  const given = { now, go, say, onChanged };
  const missing = opened && list && !(filter.q ? search.searched : list.exports).some(({ id }) => id === opened);
  const rows = filter.q ? search.matches : list?.exports || [];
  const isSettled = list && !(filter.q && search.isSearching);
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
    ${isSettled && !rows.length && html`<${Nothing} filter=${filter} choose=${choose} go=${go} search=${search} />`}
    ${byDay(rows, now).map(([day, ofDay]) => html`<section key=${day} class="day"><h2>${day}</h2>
      <ul class="exports" aria-busy=${loading ? "true" : undefined}>
        ${ofDay.map((one) => html`<${Export} key=${one.id} job=${one} open=${one.id === opened} ...${given} />`)}
      </ul></section>`)}
    ${list && !filter.q && html`<${Pager} list=${list} turnTo=${turnTo} />`}
    ${list && filter.q && (rows.length > 0 || !isSettled) && html`<${Searched} search=${search} filter=${filter} />`}`;
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

function Nothing({ filter, choose, go, search }) {
  const t = texts.list;
  if (isFiltered(filter)) {
    return html`<${Notice} icon="search" title=${filter.q && !search.isWhole ? t.nothingYet : t.nothingFound}>
      ${filter.q && html`<${Searched} search=${search} filter=${filter} />`}
      <${Button} onClick=${() => choose(EVERYTHING)}>${t.showAll}<//><//>`;
  }
  return html`<${Notice} icon="download" title=${t.nothing}><p>${t.nothingText}</p>
    <${Button} kind="primary" icon="plus" onClick=${() => go("new")}>${texts.views.new}<//><//>`;
}

/** How far a search has looked, and the button that goes on. */
function Searched({ search, filter }) {
  const t = texts.list;
  const { matches, searched, isWhole, isSearching, error, searchOn } = search;
  const isNarrowed = isFiltered({ ...filter, q: "" });
  const among = t.among(searched.length, count(searched.length), isNarrowed, isWhole);
  const oldest = !isWhole && searched.length > 0 && timeOrDay(searched.at(-1).createdAt);
  return html`<div class="row spread pager">
    <span class="hint" role="status">${t.searched(count(matches.length), among, oldest)} ${isSearching && t.searching}</span>
    ${error && html`<span class="error" role="alert">${error.message}</span>`}
    ${!isWhole && html`<${Button} icon="search" busy=${isSearching} onClick=${searchOn}>${t.searchOn}<//>`}
  </div>`;
}

function Pager({ list, turnTo }) {
  const t = texts.list;
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = list.pageInfo;
  const total = t.total(list.totalCount, count(list.totalCount));
  const isWhole = !hasNextPage && !hasPreviousPage;
  const said = isWhole ? total : `${total}, ${t.perPage(PAGE_SIZE)}`;
  if (!list.totalCount) return null;
  return html`<nav class="row spread pager" aria-label=${t.pages}>
    ${!isWhole && html`<${Button} disabled=${!hasPreviousPage} onClick=${() => turnTo({ before: startCursor })}>${t.newer}<//>`}
    <span class="hint">${said} · ${t.zone(zoneName())}</span>
    ${!isWhole && html`<${Button} disabled=${!hasNextPage} onClick=${() => turnTo({ after: endCursor })}>${t.older}<//>`}
  </nav>`;
}
