// A preview of the file: its first rows as the service will write them, and the numbers of records and rows.

import { ask } from "./api.js";
import { EXPORT_TYPES } from "./export-types.js";
import { inputOf, problemOf } from "./form.js";
import { count, size } from "./format.js";
import { html } from "./preact.js";
import { PREVIEW } from "./queries.js";
import { texts } from "./texts.js";
import { Button, Loading, useAnswer } from "./ui.js";

// The service reads up to 5,000 records for a preview, and allows 600 previews in ten minutes.
const DELAY = 400; // ms, so that several quick changes are one request
const ROWS = 5;

/** Return the preview of a form, and the `problem` that keeps the form from being sent. Then only the header is known. */
export function usePreview(form) {
  const problem = problemOf(form);
  const input = previewInput(form, problem);
  const answer = useAnswer(
    async () => (input ? (await ask(PREVIEW, { input, first: problem ? 0 : ROWS })).exportPreview : null), [input, Boolean(problem)], DELAY,
  );
  return { ...answer, problem, isCounted: Boolean(answer.data) && !answer.isOld && !answer.error && !problem };
}

function previewInput(form, problem) {
  const { hasColumns, mutation } = EXPORT_TYPES[form.type];
  if (problem && !hasColumns) return null;
  const name = mutation.slice("export".length);
  const { title, ...input } = inputOf(problem ? { ...form, scope: "ALL" } : form);
  return { [name[0].toLowerCase() + name.slice(1)]: input };
}

/** The number of records, rows and bytes. */
export function Estimate({ preview, type }) {
  const t = texts.preview;
  const { data, problem, isOld, error, isCounted } = preview;
  const head = () => {
    if (problem || error) return t.unknown;
    return isCounted ? t.records(type, data, count(data.recordCount)) : t.counting;
  };
  const more = () => (data.rowCount ? t.rows(data, count(data.rowCount), size(data.fileSize)) : t.empty);
  return html`<p class="estimate" aria-live="polite" aria-busy=${isOld && !problem ? "true" : undefined}>
    <strong>${head()}</strong> <small>${problem ? problem.message : isCounted && more()}</small>
  </p>`;
}

/** The first rows as a spreadsheet shows them. */
export function Sheet({ preview }) {
  const t = texts.preview;
  const { data, error, isOld, retry } = preview;
  return html`<section class="card preview">
    <div class="row spread"><h2>${t.title}</h2>${data && html`<p class="columns-count">${t.columns(data.headers.length)}</p>`}</div>
    ${error && html`<p class="error" role="alert">${error.message} <${Button} kind="quiet" icon="again" onClick=${retry}>${texts.tryAgain}<//></p>`}
    ${!error && data && html`<${Rows} ...${preview} />`}
    ${!error && !data && isOld && html`<${Loading} lines=${3} />`}
    <p class="hint">${t.utc}</p>
  </section>`;
}

function Rows({ data, isOld, isCounted }) {
  const t = texts.preview;
  const { headers, rows, rowCount } = data;
  const left = rowCount - rows.length;
  return html`<div class="sheet" role="region" aria-label=${t.header} tabindex="0" aria-busy=${isOld ? "true" : undefined}>
    <table>
      <thead>
        <tr aria-hidden="true"><td></td>${headers.map((_, place) => html`<td>${letter(place)}</td>`)}</tr>
        <tr><td aria-hidden="true">1</td>${headers.map((header) => html`<th scope="col">${header}</th>`)}</tr>
      </thead>
      <tbody>${rows.map((cells, place) => html`<tr><td aria-hidden="true">${place + 2}</td>${cells.map((cell) => html`<td class="cell"><span>${cell}</span></td>`)}</tr>`)}</tbody>
    </table>
  </div>
  ${isCounted && left > 0 && html`<p class="hint">${t.left(data, count(left))}</p>`}`;
}

/** Return the letter of a spreadsheet column: A, B, … Z, AA, AB, … */
export function letter(place) {
  return (place >= 26 ? letter(Math.floor(place / 26) - 1) : "") + String.fromCharCode(65 + (place % 26));
}
