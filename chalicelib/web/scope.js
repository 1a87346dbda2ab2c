// The choice of records: all, selected IDs, or those that match a filter. Voucher codes belong to a voucher.

import { ask } from "./api.js";
import { EXPORT_TYPES } from "./export-types.js";
import { count } from "./format.js";
import { idsOf } from "./ids.js";
import { html, useState } from "./preact.js";
import { VOUCHERS } from "./queries.js";
import { texts } from "./texts.js";
import { Choice, Field, Icon, Loading, useAnswer } from "./ui.js";

const SEARCH_DELAY = 200; // ms, so that a word typed quickly is one request

export function Scope({ form, set, error }) {
  const { scopes, ofVoucher, words } = EXPORT_TYPES[form.type];
  return html`
    <${Choice} legend=${words.scope} name="scope" value=${form.scope} onChange=${(scope) => set({ scope })}
      options=${scopes.map((scope) => [scope, words.scopes[scope]])} />
    ${form.scope === "IDS" && html`<${Ids} form=${form} set=${set} error=${error} />`}
    ${ofVoucher && form.scope === "ALL" && html`<${Voucher} form=${form} set=${set} error=${error} />`}`;
}

function Ids({ form, set, error }) {
  const { words } = EXPORT_TYPES[form.type];
  const found = idsOf(form.idsText, form.type).length;
  return html`<${Field} label=${words.ids} hint=${found ? texts.scope.idsFound(found) : words.idsHint} error=${error}
    control=${(bound) => html`<textarea ...${bound} rows="4" spellcheck="false" value=${form.idsText}
      onInput=${(event) => set({ idsText: event.target.value })} />`} />`;
}

function Voucher({ form, set, error }) {
  const t = texts.scope;
  const [search, setSearch] = useState("");
  const { data, error: failure, loading } = useAnswer(
    async () => (await ask(VOUCHERS, { search })).exportOptions.vouchers, [search], search ? SEARCH_DELAY : 0,
  );
  return html`<fieldset class="pick">
    <legend>${t.voucher}</legend>
    <label class="search"><span class="unseen">${t.searchVouchers}</span><${Icon} name="search" />
      <input type="search" placeholder=${t.searchVouchers} value=${search} onInput=${(event) => setSearch(event.target.value)} /></label>
    ${failure && html`<p class="error" role="alert">${failure.message}</p>`}
    ${!data && loading && html`<${Loading} />`}
    <div class="options" role="group" aria-label=${t.voucher}>
      ${(data || []).map((voucher) => html`<label class="option" key=${voucher.id}>
        <input type="radio" name="voucher" checked=${form.voucher?.id === voucher.id} onChange=${() => set({ voucher })} />
        <span>${voucher.name || voucher.id}</span><small>${t.codes(count(voucher.codes), voucher.codes)}</small>
      </label>`)}
      ${data && !data.length && html`<p class="hint">${texts.nothingFound}</p>`}
    </div>
    ${error && html`<p class="error" role="alert">${error}</p>`}
  </fieldset>`;
}
