// The contents of an export in words: its columns, its conditions, and how old its facts are.

import { ask } from "./api.js";
import { typeOf } from "./export-types.js";
import { count, listed, timeOrDay } from "./format.js";
import { labelsOf } from "./keys.js";
import { loadOptions } from "./options.js";
import { html, useState } from "./preact.js";
import { HEADER, LABELS, PRODUCT_OPTIONS } from "./queries.js";
import { texts } from "./texts.js";
import { Button } from "./ui.js";

const MAX_LABELS = 40; // a file of everything in a large shop has a thousand columns

/** Return the headers of the columns and the conditions, as `[name, text]`, of a request. */
export async function contentsOf(type, request) {
  const [columns, conditions] = await Promise.all([columnsOf(type, request), conditionsOf(type, request.filter || {})]);
  return { columns, conditions };
}

async function columnsOf(type, { columns, exportInfo, layout }) {
  const { hasOptions, usualColumns = [] } = typeOf(type);
  // Without named columns, a file of the contract has only the first one.
  if (!columns) return hasOptions ? (await ask(HEADER, { input: exportInfo || {} })).exportHeader : usualColumns.slice(0, 1);
  if (columns.every(({ label }) => label)) return columns.map(({ label }) => label);
  const labels = layout === "PEOPLE" ? labelsOf(type, hasOptions ? await loadOptions() : {}) : await headersOf(type);
  return columns.map(({ key, label }) => label || labels.get(key) || key);
}

/** Return the headers of the columns that a type has, as programs read them, by key. */
async function headersOf(type) {
  const { exportColumns } = await ask(LABELS, { type });
  return new Map(exportColumns.map(({ key, label }) => [key, label]));
}

async function conditionsOf(type, filter) {
  const known = typeOf(type).conditions;
  const named = known.some(({ key, options }) => options && filter[key]);
  const options = named ? (await ask(PRODUCT_OPTIONS)).exportOptions : {};
  return Object.entries(filter).map(([key, value]) => {
    const { label = key, options: list } = known.find((one) => one.key === key) || {};
    return [label, inWords(value, options[list])];
  });
}

/** Return the value of a condition in words. `entries` have the names of the IDs in it. */
function inWords(value, entries = []) {
  const t = texts.details;
  if (Array.isArray(value)) return listed(value.map((one) => inWords(one, entries)));
  if (value && typeof value === "object") return Object.entries(value).map(([name, one]) => `${t.bounds[name] || name} ${inWords(one, entries)}`).join(" ");
  if (typeof value === "boolean") return texts.filters.yesNo[value];
  return entries.find(({ id }) => id === value)?.name || texts.filters.stock[value] || timeOrDay(value);
}

/** What the file holds, for the details of an export. */
export function Contents({ asOf, columns, conditions }) {
  const t = texts.details;
  return html`<section>
    ${conditions.length > 0 && html`<h3>${texts.filters.title}</h3><dl>${conditions.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`}
    ${columns.length > 0 && html`<h3>${texts.columns.title}</h3><${Labels} labels=${columns} />`}
    ${asOf.length > 0 && html`<h3>${t.age}</h3><ul>${asOf.map(({ facts, at }) => html`<li>${t.asOf(t.facts[facts] || facts, timeOrDay(at))}</li>`)}</ul>`}
  </section>`;
}

function Labels({ labels }) {
  const t = texts.columns;
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? labels : labels.slice(0, MAX_LABELS);
  return html`<ul class="labels">${shown.map((label) => html`<li>${label}</li>`)}</ul>
    ${labels.length > MAX_LABELS && html`<${Button} kind="quiet" onClick=${() => setWhole(!isWhole)}>${isWhole ? t.showFewer : t.showAll(count(labels.length))}<//>`}`;
}
