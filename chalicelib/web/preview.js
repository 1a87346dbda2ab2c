// A preview of the file: its first rows as the service will write them, and the numbers of records and rows.

import { ask } from "./api.js";
import { EXPORT_TYPES } from "./export-types.js";
import { inputOf, problemOf, withoutRecords } from "./form.js";
import { count, size } from "./format.js";
import { html } from "./preact.js";
import { PREVIEW } from "./queries.js";
import { texts } from "./texts.js";
import { useAnswer } from "./ui.js";

// The service reads up to 5,000 records for a preview, and allows 600 previews in ten minutes.
const DELAY = 400; // ms, so that several quick changes are one request
const ROWS = 8;

/**
 * Return the preview of a form, and the `problem` that keeps the form from being sent. Then only the header is known.
 * `data.columns` are those of its rows. Without a form there is no preview yet.
 */
export function usePreview(form) {
  const problem = form && problemOf(form);
  const asked = form && previewInput(form, problem);
  const load = async () => {
    const { exportPreview } = await ask(PREVIEW, { input: asked, first: problem ? 0 : ROWS });
    return { ...exportPreview, columns: form.columns[form.type] };
  };
  const answer = useAnswer(async () => (asked ? load() : null), [asked, Boolean(problem)], DELAY);
  return { ...answer, problem, isCounted: Boolean(answer.data) && !answer.isOld && !answer.error && !problem };
}

function previewInput(form, problem) {
  const { preview, ofVoucher } = EXPORT_TYPES[form.type];
  if (!form.columns[form.type].length || (problem && ofVoucher)) return null;
  const { title, ...input } = inputOf(problem ? withoutRecords(form) : form);
  return { [preview]: input };
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
