// The filter of the list: a search in what is loaded, and conditions that the service knows.

import { nameOfType, titleOf } from "./export-types.js";
import { nameOf } from "./format.js";
import { html } from "./preact.js";
import { texts } from "./texts.js";
import { Button, Input, Search, Select } from "./ui.js";

export function FilterBar({ types, filter, choose }) {
  const t = texts.list;
  const named = (names, every) => [["", every], ...Object.entries(names)];
  return html`<div class="filterbar" role="search" aria-label=${t.filter}>
    <${Search} label=${t.search} value=${filter.q} onInput=${(q) => choose({ q })} />
    <${Select} label=${t.who} value=${filter.who || "all"} options=${Object.entries(t.whos)} onChange=${(who) => choose({ who, name: "" })} />
    ${["user", "app"].includes(filter.who) && html`<${Input} label=${t.name[filter.who]} placeholder=${t.name[filter.who]} value=${filter.name}
      onInput=${(name) => choose({ name })} autocomplete="off" />`}
    ${types.length > 1 && html`<${Select} label=${t.type} value=${filter.type} onChange=${(type) => choose({ type })}
      options=${[["", t.anyType], ...types.map((type) => [type, nameOfType(type)])]} />`}
    <${Select} label=${t.status} value=${filter.status} options=${named(texts.statuses, t.anyStatus)} onChange=${(status) => choose({ status })} />
    ${filter.who === "me" && html`<p class="hint">${t.mine} <${Button} kind="quiet" onClick=${() => choose({ who: "all" })}>${t.everyones}<//></p>`}
  </div>`;
}

export const isFiltered = ({ q, status, type, who }) => Boolean(q || status || type || !["", "all"].includes(who));

/** Return the exports that have each word of a search in their title, summary, file name or requestor. */
export function found(exports, q) {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return exports.filter(({ title, exportType, summary, fileName, user, app }) => {
    const text = [titleOf({ title, exportType }), summary, fileName, user?.email, nameOf({ user, app })].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
