// The columns of a product export: the available ones on the left, their order in the file on the right.

import { ask } from "./api.js";
import { ChosenFields } from "./order.js";
import { html, useMemo, useState } from "./preact.js";
import { MAX_LISTED, SEARCH_ATTRIBUTES } from "./queries.js";
import { texts } from "./texts.js";
import { Button, Check, Icon, useAnswer } from "./ui.js";

const SEARCH_DELAY = 250; // ms
const COLUMNS_PER_CHANNEL = 10;

export function Columns({ options, chosen, onChange }) {
  const t = texts.columns;
  const [search, setSearch] = useState("");
  const attributes = useAttributes(options.attributes, search);
  const groups = useMemo(() => groupsOf({ ...options, attributes }, chosen), [options, attributes, chosen]);
  const wanted = search.trim().toLowerCase();
  const shown = groups.map((group) => ({ ...group, items: group.items.filter((item) => matches(item, group.name, wanted)) }));
  const change = (name, values) => onChange({ ...chosen, [name]: values });

  return html`<div class="row spread"><h2>${t.title}</h2>
      <div class="row">
        <${Button} kind="quiet" onClick=${() => onChange(withAll(shown))}>${wanted ? t.allFound : t.all}<//>
        <${Button} kind="quiet" onClick=${() => onChange(withNone(shown))}>${wanted ? t.noneFound : t.none}<//>
      </div></div>
    <label class="search"><span class="unseen">${t.search}</span><${Icon} name="search" />
      <input type="search" placeholder=${t.search} value=${search} onInput=${(event) => setSearch(event.target.value)} /></label>
    <div class="columns">
      <div class="available">
        ${shown.filter(({ items }) => items.length).map((group) => html`<${Group} key=${group.name} ...${group} onChange=${(values) => change(group.name, values)} />`)}
        ${shown.every(({ items }) => !items.length) && html`<p class="hint">${texts.nothingFound}</p>`}
      </div>
      <${ChosenFields} fields=${chosen.fields} headers=${headersOf(options.fields)} onChange=${(fields) => change("fields", fields)}>
        <${Rest} chosen=${chosen} onChange=${change} />
      <//>
    </div>`;
}

/** Return the listed attributes and, if the list was cut off, those that the search finds. */
function useAttributes(listed, search) {
  const more = listed.length >= MAX_LISTED && search.trim();
  const { data } = useAnswer(
    async () => (more ? (await ask(SEARCH_ATTRIBUTES, { search })).exportOptions.attributes : []), [more ? search : ""], SEARCH_DELAY,
  );
  return useMemo(() => [...new Map([...listed, ...(data || [])].map((one) => [one.id, one])).values()], [listed, data]);
}

function groupsOf({ fields, attributes, warehouses, channels }, chosen) {
  const items = (options) => options.map((option) => ({ key: option.id, text: option.name, hint: option.slug, value: option }));
  const usable = attributes.filter(({ ofProducts, ofVariants }) => ofProducts || ofVariants);
  return [
    { name: "fields", chosen: chosen.fields, items: fields.map(({ field, header }) => ({ key: field, text: header, value: field })) },
    { name: "attributes", chosen: chosen.attributes, items: items(usable) },
    { name: "warehouses", chosen: chosen.warehouses, items: items(warehouses) },
    { name: "channels", chosen: chosen.channels, items: items(channels) },
  ];
}

const keyOf = (value) => value.id || value;
/** Return whether a column is meant by the searched text: by its name, its slug, or another word for what is in it. */
function matches({ key, text, hint = "" }, group, wanted) {
  const { synonyms } = texts.columns;
  return [text, hint, synonyms[key], synonyms[group]].some((words) => words?.toLowerCase().includes(wanted));
}
const headersOf = (fields) => Object.fromEntries(fields.map(({ field, header }) => [field, header]));

/** Return the chosen columns with those of the groups. Columns chosen before keep their order. */
const withAll = (groups) => Object.fromEntries(groups.map(({ name, chosen, items }) => [name, added(chosen, items)]));

/** Return the chosen columns without those of the groups. */
const withNone = (groups) => Object.fromEntries(groups.map(({ name, chosen, items }) => [name, removed(chosen, items)]));

function added(chosen, items) {
  const known = new Set(chosen.map(keyOf));
  return [...chosen, ...items.filter(({ key }) => !known.has(key)).map(({ value }) => value)];
}

function removed(chosen, items) {
  const keys = new Set(items.map(({ key }) => key));
  return chosen.filter((value) => !keys.has(keyOf(value)));
}

function Group({ name, chosen, items, onChange }) {
  const t = texts.columns;
  const keys = new Set(chosen.map(keyOf));
  const all = items.every(({ key }) => keys.has(key));
  const toggle = ({ key, value }, on) => onChange(on ? [...chosen, value] : chosen.filter((one) => keyOf(one) !== key));
  return html`<fieldset class="group">
    <legend>${t.groups[name]}</legend>
    <${Button} kind="quiet all" onClick=${() => onChange((all ? removed : added)(chosen, items))}>
      ${all ? t.groupNone : t.groupAll}<span class="unseen"> ${t.groups[name]}</span><//>
    ${name === "channels" && html`<p class="hint">${t.channelHint(COLUMNS_PER_CHANNEL)}</p>`}
    <div class="checks">
      ${items.map((item) => html`<${Check} key=${item.key} checked=${keys.has(item.key)} onChange=${(on) => toggle(item, on)}>
        ${item.text}${item.hint && item.hint !== item.text && html` <small>${item.hint}</small>`}<//>`)}
    </div>
  </fieldset>`;
}

/** The columns after the fields, in the order of the service. It cannot be changed, so they can only be removed. */
function Rest({ chosen, onChange }) {
  const t = texts.columns;
  const rest = restOf(chosen);
  if (!rest.length) return null;
  return html`<h4>${t.then}</h4>
    <ul class="rest">${rest.map(({ name, role, option }) => html`<li key=${role + option.id}>
      <span>${option.name} <small>${t.roles[role]}</small></span>
      <${Button} icon="close" label=${t.remove(option.name)} onClick=${() => onChange(name, chosen[name].filter(({ id }) => id !== option.id))} />
    </li>`)}</ul>`;
}

/** Return the columns after the fields in the order of the file. An attribute of both kinds has two columns. */
function restOf({ attributes, warehouses, channels }) {
  const sorted = (name, role, options) => options.toSorted(bySlug).map((option) => ({ name, role, option }));
  return [
    ...sorted("attributes", "product", attributes.filter(({ ofProducts }) => ofProducts)),
    ...sorted("attributes", "variant", attributes.filter(({ ofVariants }) => ofVariants)),
    ...sorted("warehouses", "warehouses", warehouses),
    ...sorted("channels", "channels", channels),
  ];
}

// As Python sorts texts, not as a language does.
const bySlug = (one, other) => (one.slug < other.slug ? -1 : Number(one.slug > other.slug));
