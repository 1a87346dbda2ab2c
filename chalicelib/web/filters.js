// The conditions of scope FILTER. Export types name their conditions; this module has a control per kind of condition.

import { ask } from "./api.js";
import { EXPORT_TYPES } from "./export-types.js";
import { zoneName } from "./format.js";
import { html, useState } from "./preact.js";
import { MAX_LISTED, searchOptions } from "./queries.js";
import { texts } from "./texts.js";
import { Button, Check, Icon, Input, Select, useAnswer } from "./ui.js";

const MIN_SEARCHED = 8; // shorter lists are read faster than searched
const SEARCH_DELAY = 250; // ms

const YES_NO = { true: true, false: false };

/**
 * The kinds of conditions. `read` converts the value of the control for the filter input; undefined if nothing was
 * chosen. `show` converts it back.
 */
export const CONDITION_KINDS = {
  text: { read: (value) => value?.trim() || undefined, show: (value) => value },
  stock: { read: (value) => value || undefined, show: (value) => value },
  yesNo: { read: (value) => YES_NO[value], show: String },
  many: { read: some, show: (value) => value },
  words: {
    read: (value) => some((value || "").split(",").map((word) => word.trim()).filter(Boolean)),
    show: (value) => [value].flat().join(", "),
  },
  range: { read: (value) => bounds(value, Number), show: (value) => bounds(value, String) },
  dates: {
    read: (value) => bounds(value, (text, end) => new Date(`${text}T${end === "lte" ? "23:59:59.999" : "00:00:00"}`).toISOString()),
    show: (value) => bounds(value, dayOf),
  },
};

function some(value) {
  return value?.length ? value : undefined;
}

/** Return the day of a moment in the browser's time zone, as a date field holds it. */
function dayOf(iso) {
  const date = new Date(iso);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

function bounds(value, read) {
  const given = ["gte", "lte"].filter((end) => value?.[end]).map((end) => [end, read(value[end], end)]);
  return given.length ? Object.fromEntries(given) : undefined;
}

/** Return the filter input of the mutation. */
export function filterOf({ type, filter, hiddenFilter }) {
  const read = EXPORT_TYPES[type].conditions.map(({ key, kind }) => [key, CONDITION_KINDS[kind].read(filter[key])]);
  return { ...hiddenFilter, ...Object.fromEntries(read.filter(([, value]) => value !== undefined)) };
}

/** Return whether a chosen condition depends on a channel. */
export function needsChannel(form) {
  const chosen = filterOf(form);
  return EXPORT_TYPES[form.type].conditions.some(({ key, channel }) => channel && key in chosen);
}

export function Filters({ form, set, options, error }) {
  const t = texts.filters;
  const change = (key, value) => set({ filter: { ...form.filter, [key]: value } });
  return html`<fieldset class="filters">
    <legend>${t.title}</legend>
    <p class="hint">${t.all}</p>
    <div class="grid">
      ${EXPORT_TYPES[form.type].conditions.map(({ key, kind, label, options: from }) => html`<${CONTROLS[kind]} key=${key} label=${label}
        from=${from} choices=${options?.[from]} value=${form.filter[key]} onChange=${(value) => change(key, value)} />`)}
    </div>
    ${needsChannel(form) && html`<${Channel} form=${form} set=${set} channels=${options?.channels || []} />`}
    ${Object.keys(form.hiddenFilter).length > 0 && html`<p class="hint">${t.hidden(Object.keys(form.hiddenFilter).join(", "))}</p>`}
    <div class="row">
      ${Object.keys(filterOf(form)).length > 0 && html`<${Button} kind="quiet" icon="close" onClick=${() => set({ filter: {}, hiddenFilter: {} })}>${t.clear}<//>`}
    </div>
    ${error && html`<p class="error" role="alert">${error}</p>`}
  </fieldset>`;
}

const CONTROLS = {
  text: ({ label, value, onChange }) => html`<${Input} label=${label} value=${value || ""} onInput=${onChange} autocomplete="off" />`,
  words: ({ label, value, onChange }) =>
    html`<${Input} label=${label} hint=${texts.filters.words} value=${value || ""} onInput=${onChange} autocomplete="off" />`,
  yesNo: ({ label, value, onChange }) =>
    html`<${Select} label=${label} value=${value || ""} options=${Object.entries(texts.filters.yesNo)} onChange=${onChange} />`,
  stock: ({ label, value, onChange }) =>
    html`<${Select} label=${label} value=${value || ""} options=${Object.entries(texts.filters.stock)} onChange=${onChange} />`,
  range: (given) => html`<${Bounds} ...${given} type="number" />`,
  dates: (given) => html`<${Bounds} ...${given} type="date" hint=${texts.filters.zone(zoneName())} />`,
  many: Many,
};

function Bounds({ label, value = {}, onChange, type, hint }) {
  return html`<fieldset class="bounds"><legend>${label}</legend>
    ${["gte", "lte"].map((end) => html`<label><span>${texts.filters.ends[end]}</span>
      <input type=${type} min=${type === "number" ? 0 : undefined} step="any" value=${value[end] || ""}
        onInput=${(event) => onChange({ ...value, [end]: event.target.value })} /></label>`)}
    ${hint && html`<p class="hint">${hint}</p>`}
  </fieldset>`;
}

function Many({ label, from, choices = [], value = [], onChange }) {
  const [search, setSearch] = useState("");
  const shown = useFound(from, choices, search.trim());
  const toggle = (id, on) => onChange(on ? [...value, id] : value.filter((one) => one !== id));
  return html`<details class="many">
    <summary><span>${label}</span><small>${value.length ? texts.filters.chosen(value.length) : texts.filters.any}</small><${Icon} name="chevron" /></summary>
    ${choices.length > MIN_SEARCHED && html`<label class="search"><span class="unseen">${texts.filters.search(label)}</span><${Icon} name="search" />
      <input type="search" placeholder=${texts.filters.search(label)} value=${search} onInput=${(event) => setSearch(event.target.value)} /></label>`}
    <div class="options" role="group" aria-label=${label} tabindex="0">
      ${shown.map(({ id, name }) => html`<${Check} key=${id} checked=${value.includes(id)} onChange=${(on) => toggle(id, on)}>${name}<//>`)}
      ${!shown.length && html`<p class="hint">${texts.nothingFound}</p>`}
      ${!search && choices.length >= MAX_LISTED && html`<p class="hint">${texts.filters.cut(MAX_LISTED)}</p>`}
    </div>
  </details>`;
}

/** Return the choices that a search finds. The service is asked for those beyond the listed ones. */
function useFound(from, choices, search) {
  const wanted = search.toLowerCase();
  const more = choices.length >= MAX_LISTED && search;
  const { data } = useAnswer(async () => (more ? (await ask(searchOptions(from), { search })).exportOptions[from] : []), [more ? search : ""], SEARCH_DELAY);
  const listed = choices.filter(({ name, slug }) => `${name} ${slug}`.toLowerCase().includes(wanted));
  return [...new Map([...listed, ...((more && data) || [])].map((one) => [one.id, one])).values()];
}

/** Conditions that depend on a channel need the file to have the columns of exactly that channel. */
function Channel({ form, set, channels }) {
  const t = texts.filters;
  const chosen = form.columns.channels.length === 1 ? form.columns.channels[0].id : "";
  const choose = (id) => set({ columns: { ...form.columns, channels: channels.filter((one) => one.id === id) } });
  return html`<${Select} label=${t.channel} hint=${t.channelHint} value=${chosen} onChange=${choose}
    options=${[["", t.chooseChannel], ...channels.map(({ id, name, currencyCode }) => [id, `${name} (${currencyCode})`])]} />`;
}
