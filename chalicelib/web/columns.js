// The search for a column to add: every single column, by its name, slug or another word.

import { ask } from "./api.js";
import { EXPORT_TYPES } from "./export-types.js";
import { chosenOf, columnsOf, foundIn, metadataColumns } from "./keys.js";
import { html, useMemo, useState } from "./preact.js";
import { MAX_LISTED, SEARCH_ATTRIBUTES } from "./queries.js";
import { texts } from "./texts.js";
import { Button, Option, Search, useAnswer } from "./ui.js";

const SEARCH_DELAY = 250; // ms
const MAX_SHOWN = 60; // a longer list is searched rather than read

/** The columns of a type that can be added. `chosen` are those of the file; a click adds a column or removes it. */
export function AddColumn({ type, options, chosen, onChange }) {
  const t = texts.columns;
  const [search, setSearch] = useState("");
  const found = useFound(type, options, search.trim());
  const keys = new Set(chosen.map(({ key }) => key));
  const toggle = (column) => onChange(keys.has(column.key) ? chosen.filter(({ key }) => key !== column.key) : [...chosen, { key: column.key }]);
  return html`<${Search} label=${t.search} placeholder=${EXPORT_TYPES[type].words.findColumns} value=${search} onInput=${setSearch} />
    <div class="options" role="group" aria-label=${t.add} tabindex="-1">
      ${found.slice(0, MAX_SHOWN).map((column) => html`<${Option} key=${column.key} checked=${keys.has(column.key)} hint=${column.hint}
        onChange=${() => toggle(column)}>${column.name}<//>`)}
      ${!found.length && html`<p class="hint">${texts.nothingFound}</p>`}
      ${found.length > MAX_SHOWN && html`<p class="hint">${t.more(found.length - MAX_SHOWN)}</p>`}
    </div>
    ${search.trim() && html`<${AllFound} found=${found} chosen=${chosen} onChange=${onChange} />`}`;
}

/** The buttons for all columns that a search finds: add those that are missing, remove those of the file. */
function AllFound({ found, chosen, onChange }) {
  const t = texts.columns;
  const missing = found.filter(({ key }) => !chosen.some((one) => one.key === key));
  const left = chosen.filter(({ key }) => !found.some((one) => one.key === key));
  const removed = chosen.length - left.length;
  return html`${missing.length > 1 && html`<${Button} kind="quiet" icon="plus" onClick=${() => onChange([...chosen, ...chosenOf(missing)])}>
      ${t.addFound(missing.length)}<//>`}
    ${removed > 1 && html`<${Button} kind="quiet" icon="close" onClick=${() => onChange(left)}>${t.removeFound(removed)}<//>`}`;
}

/** Return the columns that a search finds. The service is asked for attributes beyond the listed ones. */
function useFound(type, options, search) {
  const { hasOptions } = EXPORT_TYPES[type];
  const more = hasOptions && options.attributes.length >= MAX_LISTED && search;
  const { data } = useAnswer(
    async () => (more ? (await ask(SEARCH_ATTRIBUTES, { search })).exportOptions.attributes : []), [more ? search : ""], SEARCH_DELAY,
  );
  const all = useMemo(() => columnsOf(type, withMore(options, (more && data) || [])), [type, options, data]);
  const found = foundIn(all, search);
  return hasOptions && search && found.length < MAX_SHOWN ? [...found, ...metadataColumns(search)] : found;
}

function withMore(options, found) {
  if (!found.length) return options;
  const attributes = new Map([...options.attributes, ...found].map((one) => [one.id, one]));
  return { ...options, attributes: [...attributes.values()] };
}
