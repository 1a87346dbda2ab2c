// The search for the vouchers whose codes are exported.

import { ask } from "./api.js";
import { count } from "./format.js";
import { html, useState } from "./preact.js";
import { VOUCHERS } from "./queries.js";
import { texts } from "./texts.js";
import { Icon, Loading, useAnswer } from "./ui.js";

const SEARCH_DELAY = 200; // ms, so that a word typed quickly is one request

export function Vouchers({ chosen, onChange }) {
  const t = texts.scope;
  const [search, setSearch] = useState("");
  const { data, error, loading } = useAnswer(
    async () => (await ask(VOUCHERS, { search })).exportOptions.vouchers, [search], search ? SEARCH_DELAY : 0,
  );
  const others = (voucher) => chosen.filter(({ id }) => id !== voucher.id);
  const toggle = (voucher) => onChange(others(voucher).length < chosen.length ? others(voucher) : [...chosen, voucher]);
  return html`<label class="search"><span class="unseen">${t.searchVouchers}</span><${Icon} name="search" />
      <input type="search" placeholder=${t.searchVouchers} value=${search} onInput=${(event) => setSearch(event.target.value)} /></label>
    ${error && html`<p class="error" role="alert">${error.message}</p>`}
    ${!data && loading && html`<${Loading} />`}
    <div class="options" role="group" aria-label=${t.voucher} tabindex="-1">
      ${(data || []).map((voucher) => html`<label class="option" key=${voucher.id}>
        <input type="checkbox" checked=${chosen.some(({ id }) => id === voucher.id)} onChange=${() => toggle(voucher)} />
        <span>${voucher.name || voucher.id}</span><small>${t.codes(count(voucher.codes), voucher.codes)}</small>
      </label>`)}
      ${data && !data.length && html`<p class="hint">${texts.nothingFound}</p>`}
    </div>`;
}
