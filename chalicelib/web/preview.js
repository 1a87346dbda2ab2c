// A preview of the file: the number of records, and the header row as the service will write it.

import { ask } from "./api.js";
import { EXPORT_TYPES } from "./export-types.js";
import { infoOf } from "./form.js";
import { count } from "./format.js";
import { idsOf } from "./ids.js";
import { html } from "./preact.js";
import { ESTIMATE, HEADER } from "./queries.js";
import { texts } from "./texts.js";
import { Button, Loading, useAnswer } from "./ui.js";

const DELAY = 250; // ms, so that several quick changes are one request

export function Preview({ form }) {
  return html`<h2>${texts.preview.title}</h2>
    <${Estimate} form=${form} />
    ${EXPORT_TYPES[form.type].hasColumns && html`<${Header} columns=${form.columns} />`}`;
}

function Estimate({ form }) {
  const t = texts.preview;
  const variables = estimateVariables(form);
  const { data, error, isOld, retry } = useAnswer(
    async () => (variables ? (await ask(ESTIMATE, variables)).exportEstimate : null), [JSON.stringify(variables)], DELAY,
  );
  if (error) return html`<p class="error" role="alert">${error.message} <${Button} kind="quiet" onClick=${retry}>${texts.tryAgain}<//></p>`;
  const text = () => (isOld ? t.counting : t.records(form.type, data, count(data.records)));
  return html`<p class="estimate" aria-live="polite" aria-busy=${isOld ? "true" : undefined}>
    <strong>${variables ? text() : t.unknown}</strong>
    <small>${variables ? t.why(form) : EXPORT_TYPES[form.type].ofVoucher ? t.unknownVoucher : t.unknownIds}</small>
  </p>`;
}

function estimateVariables(form) {
  if (form.scope === "IDS") {
    const ids = idsOf(form.idsText, form.type);
    return ids.length ? { type: form.type, scope: "IDS", ids } : null;
  }
  if (!EXPORT_TYPES[form.type].ofVoucher) return { type: form.type, scope: form.scope };
  return form.voucher && { type: form.type, scope: "ALL", voucher: form.voucher.id };
}

/** The header row as a spreadsheet shows it. */
function Header({ columns }) {
  const t = texts.preview;
  const { data, error, retry } = useAnswer(
    async () => (await ask(HEADER, { input: infoOf(columns) })).exportHeader, [JSON.stringify(infoOf(columns))], DELAY,
  );
  if (error) return html`<p class="error" role="alert">${error.message} <${Button} kind="quiet" icon="again" onClick=${retry}>${texts.tryAgain}<//></p>`;
  if (!data) return html`<${Loading} lines=${1} />`;
  const headers = data;
  return html`<p class="columns-count">${t.columns(headers.length)}</p>
    <div class="sheet" role="region" aria-label=${t.header} tabindex="0">
      <table><thead>
        <tr aria-hidden="true"><td></td>${headers.map((_, place) => html`<td>${letter(place)}</td>`)}</tr>
        <tr><td aria-hidden="true">1</td>${headers.map((header) => html`<th scope="col">${header}</th>`)}</tr>
      </thead></table>
    </div>
    <p class="hint">${t.utc}</p>`;
}

/** Return the letter of a spreadsheet column: A, B, … Z, AA, AB, … */
export function letter(place) {
  return (place >= 26 ? letter(Math.floor(place / 26) - 1) : "") + String.fromCharCode(65 + (place % 26));
}
