// The controls for the conditions of a filter: one for each kind of condition.

import { ask } from "./api.js";
import { dayOf } from "./filters.js";
import { zoneName } from "./format.js";
import { html, useState } from "./preact.js";
import { MAX_LISTED, searchOptions } from "./queries.js";
import { texts } from "./texts.js";
import { Button, Check, Input, Option, Search, useAnswer } from "./ui.js";

const MIN_SEARCHED = 8; // shorter lists are read faster than searched
const SEARCH_DELAY = 250; // ms
const DAY_MILLISECONDS = 86_400_000;
const RECENT_DAYS = [1, 7, 30];

/** The names of entries beyond the listed ones that people have found, by ID. */
const foundNames = new Map();

/** Return the names of a list's entries by ID. */
export const namesIn = (choices = []) => new Map([...foundNames, ...choices.map(({ id, name }) => [id, name])]);

/** The control of a condition. `choices` are the entries of a list, `from` its name. */
export const Control = ({ kind, ...given }) => html`<${CONTROLS[kind]} ...${given} />`;

const CONTROLS = {
  text: ({ label, value, onChange }) => html`<${Input} label=${label} value=${value || ""} onInput=${onChange} autocomplete="off" />`,
  words: ({ label, value, onChange }) =>
    html`<${Input} label=${label} hint=${texts.filters.words} value=${value || ""} onInput=${onChange} autocomplete="off" />`,
  yesNo: (given) => html`<${Radios} ...${given} options=${texts.filters.yesNo} />`,
  stock: (given) => html`<${Radios} ...${given} options=${texts.filters.stock} />`,
  range: (given) => html`<${Bounds} ...${given} type="number" />`,
  dates: Dates,
  many: Many,
};

function Radios({ label, value = "", onChange, options }) {
  return html`<fieldset class="radios"><legend>${label}</legend>
    ${Object.entries(options).map(([key, text]) => html`<${Option} group=${label} checked=${key === value} onChange=${() => onChange(key)}>${text}<//>`)}
  </fieldset>`;
}

function Dates({ label, value, onChange }) {
  const t = texts.filters;
  const since = (days) => onChange({ gte: dayOf(Date.now() - days * DAY_MILLISECONDS) });
  return html`<div class="row recent">${RECENT_DAYS.map((days) => html`<${Button} kind="quiet" onClick=${() => since(days)}>${t.recent(days)}<//>`)}</div>
    <${Bounds} label=${label} value=${value} onChange=${onChange} type="date" hint=${t.zone(zoneName())} />`;
}

function Bounds({ label, value = {}, onChange, type, hint }) {
  return html`<fieldset class="bounds"><legend>${label}</legend>
    ${["gte", "lte"].map((end) => html`<label><span>${texts.filters.ends[end]}</span>
      <input type=${type} min=${type === "number" ? 0 : undefined} step="any" value=${value[end] || ""}
        onInput=${(event) => onChange({ ...value, [end]: event.target.value })} /></label>`)}
    ${hint && html`<p class="hint">${hint}</p>`}
  </fieldset>`;
}

function Many({ label, from, choices = [], value = [], onChange }) {
  const t = texts.filters;
  const [search, setSearch] = useState("");
  const shown = useFound(from, choices, search.trim());
  const toggle = ({ id, name }, on) => {
    foundNames.set(id, name);
    onChange(on ? [...value, id] : value.filter((one) => one !== id));
  };
  return html`${choices.length > MIN_SEARCHED && html`<${Search} label=${t.search(label)} value=${search} onInput=${setSearch} />`}
    <div class="options" role="group" aria-label=${label} tabindex="-1">
      ${shown.map((one) => html`<${Check} key=${one.id} checked=${value.includes(one.id)} onChange=${(on) => toggle(one, on)}>${one.name}<//>`)}
      ${!shown.length && html`<p class="hint">${texts.nothingFound}</p>`}
      ${!search && choices.length >= MAX_LISTED && html`<p class="hint">${t.cut(MAX_LISTED)}</p>`}
    </div>`;
}

/** Return the choices that a search finds. The service is asked for those beyond the listed ones. */
function useFound(from, choices, search) {
  const wanted = search.toLowerCase();
  const more = choices.length >= MAX_LISTED && search;
  const { data } = useAnswer(async () => (more ? (await ask(searchOptions(from), { search })).exportOptions[from] : []), [more ? search : ""], SEARCH_DELAY);
  const listed = choices.filter(({ name, slug }) => `${name} ${slug}`.toLowerCase().includes(wanted));
  return [...new Map([...listed, ...((more && data) || [])].map((one) => [one.id, one])).values()];
}
