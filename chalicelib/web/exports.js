// The list of exports: its filter, its pages, and the states without an export to show.

import { Export } from "./export.js";
import { nameOfType } from "./export-types.js";
import { count } from "./format.js";
import { allowNotices, noticesAllowed, noticesPossible } from "./notices.js";
import { NO_FILTER } from "./place.js";
import { html, useState } from "./preact.js";
import { PAGE_SIZE } from "./polling.js";
import { texts } from "./texts.js";
import { Button, Icon, Input, Loading, Notice, Select, useNow } from "./ui.js";

export function Exports({ exports, types, filter, choose, turnTo, opened, go, say }) {
  const { list, error, loading, refresh } = exports;
  const running = Boolean(list?.exports.some(({ status }) => status === "PENDING"));
  const now = useNow(true, running ? 1 : 20);
  const missing = opened && list && !list.exports.some(({ id }) => id === opened);
  const rows = missing ? [{ id: opened, outside: true }, ...list.exports] : list?.exports || [];
  return html`
    <div class="row spread"><h1>${texts.views.exports}</h1>
      <div class="row"><${Bell} /><${Button} kind="primary" icon="plus" onClick=${() => go("new")}>${texts.views.new}<//></div></div>
    <${FilterBar} types=${types} filter=${filter} choose=${choose} />
    ${error && list && html`<p class="banner" role="alert"><${Icon} name="offline" />${error.message} ${texts.list.stale}
      <${Button} kind="quiet" icon="again" onClick=${() => refresh()}>${texts.tryAgain}<//></p>`}
    ${error && !list && html`<${Notice} icon="offline" kind="bad" title=${texts.errors.title}><p>${error.message}</p>
      <${Button} kind="primary" icon="again" onClick=${() => refresh()}>${texts.tryAgain}<//><//>`}
    ${!list && loading && html`<${Loading} lines=${5} />`}
    ${list && !rows.length && html`<${Nothing} filter=${filter} choose=${choose} go=${go} />`}
    ${rows.length > 0 && html`<ul class="exports" aria-busy=${loading ? "true" : undefined}>
      ${rows.map((one) => html`<${Export} key=${one.id} job=${one} now=${now} open=${one.id === opened} go=${go} say=${say} refresh=${refresh} />`)}
    </ul>`}
    ${list && html`<${Pager} list=${list} turnTo=${turnTo} />`}`;
}

function FilterBar({ types, filter, choose }) {
  const t = texts.list;
  const named = (names, every) => [["", every], ...Object.entries(names)];
  return html`<div class="filterbar" role="search" aria-label=${t.filter}>
    <${Select} label=${t.status} value=${filter.status} options=${named(texts.statuses, t.anyStatus)} onChange=${(status) => choose({ status })} />
    ${types.length > 1 && html`<${Select} label=${t.type} value=${filter.type} onChange=${(type) => choose({ type })}
      options=${[["", t.anyType], ...types.map((type) => [type, nameOfType(type)])]} />`}
    <${Select} label=${t.who} value=${filter.who} options=${Object.entries(t.whos)} onChange=${(who) => choose({ who, name: "" })} />
    ${["user", "app"].includes(filter.who) && html`<${Input} label=${t.name[filter.who]} value=${filter.name} onInput=${(name) => choose({ name })} autocomplete="off" />`}
  </div>`;
}

function Bell() {
  const [allowed, setAllowed] = useState(noticesAllowed());
  if (allowed || !noticesPossible()) return null;
  return html`<${Button} kind="quiet" icon="bell" onClick=${async () => { await allowNotices(); setAllowed(noticesAllowed()); }}>${texts.list.notify}<//>`;
}

function Nothing({ filter, choose, go }) {
  const t = texts.list;
  const filtered = filter.status || filter.type || filter.who;
  if (filtered) {
    return html`<${Notice} icon="search" title=${t.nothingFound}>
      <${Button} onClick=${() => choose(NO_FILTER)}>${t.showAll}<//><//>`;
  }
  return html`<${Notice} icon="download" title=${t.nothing}><p>${t.nothingText}</p>
    <${Button} kind="primary" icon="plus" onClick=${() => go("new")}>${texts.views.new}<//><//>`;
}

function Pager({ list, turnTo }) {
  const t = texts.list;
  const { hasNextPage, hasPreviousPage, startCursor, endCursor } = list.pageInfo;
  if (!hasNextPage && !hasPreviousPage) return html`<p class="hint pager">${list.totalCount > 0 && t.total(list.totalCount, count(list.totalCount))}</p>`;
  return html`<nav class="row spread pager" aria-label=${t.pages}>
    <${Button} disabled=${!hasPreviousPage} onClick=${() => turnTo({ before: startCursor })}>${t.newer}<//>
    <span class="hint">${t.total(list.totalCount, count(list.totalCount))}, ${t.perPage(PAGE_SIZE)}</span>
    <${Button} disabled=${!hasNextPage} onClick=${() => turnTo({ after: endCursor })}>${t.older}<//>
  </nav>`;
}
