// The search for the vouchers whose codes are exported.

import { ask } from "./api.js";
import { count } from "./format.js";
import { html, useState } from "./preact.js";
import { VOUCHERS } from "./queries.js";
import { texts } from "./texts.js";
import { Loading, Option, Search, useAnswer } from "./ui.js";

const SEARCH_DELAY = 200; // ms, so that a word typed quickly is one request

export function Vouchers({ chosen, onChange }) {
  const t = texts.scope;
  const [search, setSearch] = useState("");
  const { data, error, loading } = useAnswer(
    async () => (await ask(VOUCHERS, { search })).exportOptions.vouchers, [search], search ? SEARCH_DELAY : 0,
  );
  const others = (voucher) => chosen.filter(({ id }) => id !== voucher.id);
  const toggle = (voucher) => onChange(others(voucher).length < chosen.length ? others(voucher) : [...chosen, voucher]);
  return html`<${Search} label=${t.searchVouchers} value=${search} onInput=${setSearch} />
    ${error && html`<p class="error" role="alert">${error.message}</p>`}
    ${!data && loading && html`<${Loading} />`}
    <div class="options" role="group" aria-label=${t.voucher} tabindex="-1">
      ${(data || []).map((voucher) => html`<${Option} key=${voucher.id} checked=${chosen.some(({ id }) => id === voucher.id)}
        hint=${t.codes(count(voucher.codes), voucher.codes)} onChange=${() => toggle(voucher)}>${voucher.name || voucher.id}<//>`)}
      ${data && !data.length && html`<p class="hint">${texts.nothingFound}</p>`}
    </div>`;
}
