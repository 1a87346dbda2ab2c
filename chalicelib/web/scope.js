// Which records: all, some by id, those a filter admits; of voucher codes, those of one voucher.

import { ask } from "./api.js";
import { count } from "./format.js";
import { html, useState } from "./preact.js";
import { VOUCHERS } from "./queries.js";
import { texts } from "./texts.js";
import { Choice, Field, Icon, Loading, useAnswer } from "./ui.js";

const SCOPES = { products: ["ALL", "IDS", "FILTER"], gift_cards: ["ALL", "IDS", "FILTER"], voucher_codes: ["ALL", "IDS"] };
const SEARCH_DELAY = 200;

/** The ids in a text, each once. A bare number is taken for the number of a record. */
export function idsOf(text, type) {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  return [...new Set(words.map((word) => (/^\d+$/.test(word) && type !== "VoucherCode" ? btoa(`${type}:${word}`) : word)))];
}

export function Scope({ form, set, error }) {
  const t = texts.scope;
  return html`
    <${Choice} legend=${t.title} name="scope" value=${form.scope} onChange=${(scope) => set({ scope })}
      options=${SCOPES[form.type].map((scope) => [scope, t.names[form.type][scope]])} />
    ${form.scope === "IDS" && html`<${Ids} form=${form} set=${set} error=${error} />`}
    ${form.type === "voucher_codes" && form.scope === "ALL" && html`<${Voucher} form=${form} set=${set} error=${error} />`}`;
}

function Ids({ form, set, error }) {
  const t = texts.scope;
  const found = idsOf(form.idsText, texts.idTypes[form.type]).length;
  return html`<${Field} label=${t.ids[form.type]} hint=${found ? t.idsFound(found) : t.idsHint[form.type]} error=${error}
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
