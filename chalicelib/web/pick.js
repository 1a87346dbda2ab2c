// The choice of single records: a search by name, slug or SKU and a place to paste IDs, or a place to paste codes.

import { Codes } from "./codes.js";
import { EXPORT_TYPES } from "./export-types.js";
import { findRecords, MAX_NAMED, recordsOf } from "./find.js";
import { idsOf, wrongIds } from "./ids.js";
import { html, useState } from "./preact.js";
import { texts } from "./texts.js";
import { Button, Loading, Option, Search, useAnswer } from "./ui.js";

const SEARCH_DELAY = 300; // ms

/** `picked` are `{id, name}`; a record that a dashboard or a request named by its ID has no name yet. */
export function Pick({ type, picked, onChange }) {
  const { words, hasCodes } = EXPORT_TYPES[type];
  const [search, setSearch] = useState("");
  const typed = search.trim();
  const ids = idsOf(typed, type);
  const names = useNames(type, picked);
  const areIds = ids.length > 0 && !wrongIds(ids, type).length;
  const add = (records) => onChange([...picked, ...records.filter(({ id }) => !picked.some((one) => one.id === id))]);
  const addIds = () => {
    add(ids.map((id) => ({ id })));
    setSearch("");
  };
  return html`${hasCodes ? html`<${Codes} type=${type} words=${words} add=${add} />` : html`<${Search} label=${words.find} value=${search} onInput=${setSearch} />
      <p class="hint">${words.idsHint}</p>`}
    ${areIds && html`<${Button} icon="plus" onClick=${addIds}>${texts.records.addIds(ids.length)}<//>`}
    <div class="options" role="group" aria-label=${words.scopes.IDS} tabindex="-1">
      ${typed && (!areIds || ids.length === 1) && html`<${Found} type=${type} search=${typed} picked=${picked} onChange=${onChange} />`}
      ${!typed && picked.map((one) => html`<${Option} key=${one.id} checked onChange=${() => onChange(picked.filter(({ id }) => id !== one.id))}>
        ${one.name || names.get(one.id) || one.id}<//>`)}
    </div>`;
}

/** Return the names of records that only their IDs are known of. The first ones are asked for. */
function useNames(type, picked) {
  const unnamed = picked.filter(({ name }) => !name).map(({ id }) => id).slice(0, MAX_NAMED);
  const { data } = useAnswer(async () => (unnamed.length ? recordsOf(type, unnamed) : []), [unnamed]);
  return new Map((data || []).map(({ id, name }) => [id, name]));
}

/** The records that a search finds. */
function Found({ type, search, picked, onChange }) {
  const { data, error, loading } = useAnswer(() => findRecords(type, search), [search], SEARCH_DELAY);
  const toggle = (one, on) => onChange(on ? [...picked, one] : picked.filter(({ id }) => id !== one.id));
  if (error) return html`<p class="error" role="alert">${error.message}</p>`;
  if (!data || loading) return html`<${Loading} lines=${2} />`;
  return html`${data.found.map((one) => html`<${Option} key=${one.id} checked=${picked.some(({ id }) => id === one.id)} hint=${one.otherNames[1]}
      onChange=${(on) => toggle(one, on)}>${one.name}<//>`)}
    ${!data.found.length && html`<p class="hint">${texts.nothingFound}</p>`}
    ${data.hasMore && html`<p class="hint">${texts.records.more}</p>`}`;
}
