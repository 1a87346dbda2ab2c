// The choice of single records: a search by name, slug or SKU that takes lists of them and of IDs, or a place to paste codes.

import { Codes } from "./codes.js";
import { EXPORT_TYPES } from "./export-types.js";
import { findListed, findRecords, MAX_NAMED, recordsOf } from "./find.js";
import { listed } from "./format.js";
import { idsOf, wordsOf, wrongIds } from "./ids.js";
import { html, useEffect, useRef, useState } from "./preact.js";
import { texts } from "./texts.js";
import { Button, focusFirst, Loading, Option, Search, useAnswer } from "./ui.js";

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
  const list = useList(type, add, setSearch);
  const addList = () => list.resolve(typed);
  const write = (text) => {
    list.forget();
    setSearch(text);
  };
  return html`${hasCodes ? html`<${Codes} type=${type} words=${words} add=${add} />` : html`<${Search} label=${words.find} value=${search} onInput=${write} />
      <p class="hint">${words.idsHint}</p>`}
    ${list.problem && html`<p class="error" role="alert">${list.problem}</p>`}
    ${areIds && html`<${Button} icon="plus" busy=${list.busy} onClick=${addList}>${texts.records.addIds(ids.length)}<//>`}
    <div class="options" role="group" aria-label=${words.scopes.IDS} tabindex="-1">
      ${typed && (!areIds || ids.length === 1) && html`<${Found} type=${type} search=${typed} picked=${picked} onChange=${onChange} list=${list} addList=${addList} />`}
      ${!typed && picked.map((one) => html`<${Option} key=${one.id} checked onChange=${() => onChange(picked.filter(({ id }) => id !== one.id))}>
        ${one.name || names.get(one.id) || one.id}<//>`)}
    </div>`;
}

/** Return the function that adds the records of a list, and its state. What is not found stays in the search. */
function useList(type, add, setSearch) {
  const [state, setState] = useState({ busy: false, problem: "" });
  const adding = useRef(null);
  adding.current = add;
  // An answer that comes after the panel is closed could belong to another form.
  useEffect(() => () => { adding.current = null; }, []);
  async function resolve(text) {
    setState({ busy: true, problem: "" });
    try {
      const { found, unknown } = await findListed(type, text);
      // The button may be gone with the text.
      if (adding.current) focusFirst(document.querySelector(".panel:popover-open"));
      adding.current?.(found);
      setSearch(unknown.join(", "));
      setState({ busy: false, problem: unknown.length ? texts.records.unknownEntries(listed(unknown), unknown.length) : "" });
    } catch (error) {
      setState({ busy: false, problem: error.message });
    }
  }
  return { ...state, resolve, forget: () => setState((now) => ({ ...now, problem: "" })) };
}

/** Return the names of records that only their IDs are known of. The first ones are asked for. */
function useNames(type, picked) {
  const unnamed = picked.filter(({ name }) => !name).map(({ id }) => id).slice(0, MAX_NAMED);
  const { data } = useAnswer(async () => (unnamed.length ? recordsOf(type, unnamed) : []), [unnamed]);
  return new Map((data || []).map(({ id, name }) => [id, name]));
}

/** The records that a search finds. A text that finds nothing can be a list. */
function Found({ type, search, picked, onChange, list, addList }) {
  const { data, error, loading } = useAnswer(() => findRecords(type, search), [search], SEARCH_DELAY);
  const toggle = (one, on) => onChange(on ? [...picked, one] : picked.filter(({ id }) => id !== one.id));
  if (error) return html`<p class="error" role="alert">${error.message}</p>`;
  if (!data || loading) return html`<${Loading} lines=${2} />`;
  return html`${data.found.map((one) => html`<${Option} key=${one.id} checked=${picked.some(({ id }) => id === one.id)} hint=${one.otherNames[1]}
      onChange=${(on) => toggle(one, on)}>${one.name}<//>`)}
    ${!data.found.length && html`<p class="hint">${texts.nothingFound}</p>
      ${wordsOf(search).length > 1 && html`<${Button} icon="search" busy=${list.busy} onClick=${addList}>${texts.records.findListed}<//>`}`}
    ${data.hasMore && html`<p class="hint">${texts.records.more}</p>`}`;
}
