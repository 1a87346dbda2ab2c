// The data of the form for a new export, and its conversion to the input of the mutation.

import { Refused } from "./api.js";
import { EXPORT_TYPES } from "./export-types.js";
import { filterOf, needsChannel } from "./filters.js";
import { handedForm } from "./handed.js";
import { idsOf, wrongIds } from "./ids.js";
import { recall, remember } from "./memory.js";
import { texts } from "./texts.js";

export const NOTHING = { fields: [], attributes: [], warehouses: [], channels: [] };
/** A form without choices of anyone. `hidden` and `hiddenFilter` are parts of an earlier request without a control. */
export const FRESH = {
  type: "products",
  scope: "ALL",
  fileType: "CSV",
  formulas: "ESCAPE",
  compression: "NONE",
  columns: { ...NOTHING, fields: ["NAME", "VARIANT_SKU"] },
  idsText: "",
  voucher: null,
  filter: {},
  hiddenFilter: {},
  title: "",
  hidden: {},
};
/** The choices kept for the next visit: the look of the file, not the records in it. */
const KEPT = ["type", "fileType", "formulas", "compression", "columns"];

// The form as it was left, while the page is open. Records and conditions are not kept for the next visit.
let draft = null;

/**
 * Return the form as it was left, or with the choices of the last visit and what a dashboard hands over in the address.
 */
export function firstForm(types) {
  if (draft && types.includes(draft.type)) return draft;
  const kept = recall("start", FRESH);
  const handed = handedForm();
  const form = { ...FRESH, ...kept, columns: { ...NOTHING, ...kept.columns } };
  if (handed && types.includes(handed.type)) return { ...form, ...handed };
  return types.includes(form.type) ? form : { ...form, type: types[0] };
}

export function keepForm(form) {
  keepDraft(form);
  remember("start", Object.fromEntries(KEPT.map((name) => [name, form[name]])));
}

export function keepDraft(form) {
  draft = form;
}

// A spreadsheet runs formulas of CSV only. XLSX and Parquet are compressed already: the service refuses
// gzip for them.
export const hasFormulas = (fileType) => fileType === "CSV";
export const canCompress = (fileType) => !["XLSX", "PARQUET"].includes(fileType);

/** Return what is missing, as the service would say it; null if nothing is. */
export function problemOf(form) {
  const t = texts.problems;
  if (form.scope === "IDS") return idsProblem(form);
  if (EXPORT_TYPES[form.type].ofVoucher && form.scope === "ALL" && !form.voucher) return new Refused(t.voucher, "voucherId");
  if (form.scope !== "FILTER") return null;
  if (!Object.keys(filterOf(form)).length) return new Refused(t.filter, "filter");
  if (needsChannel(form) && form.columns.channels.length !== 1) return new Refused(t.channel, "channels");
  return null;
}

function idsProblem({ idsText, type }) {
  const ids = idsOf(idsText, type);
  if (!ids.length) return new Refused(texts.problems.ids, "ids");
  const wrong = wrongIds(ids, type);
  return wrong.length ? new Refused(texts.problems.wrongIds(wrong, EXPORT_TYPES[type].words.oneId), "ids") : null;
}

/** Return the input of the mutation. */
export function inputOf(form) {
  const { fileType, formulas, compression } = form;
  const { csv, ...hidden } = form.hidden;
  const again = { ...hidden, ...(csv && fileType === "CSV" && { csv }) };
  const format = { ...again, fileType, ...(hasFormulas(fileType) && { formulas }), ...(canCompress(fileType) && { compression }) };
  const title = form.title.trim();
  return { ...recordsOf(form), ...format, ...(title && { title }), ...(EXPORT_TYPES[form.type].hasColumns && { exportInfo: infoOf(form.columns) }) };
}

function recordsOf(form) {
  const ids = idsOf(form.idsText, form.type);
  if (EXPORT_TYPES[form.type].ofVoucher) return form.scope === "IDS" ? { ids } : { voucherId: form.voucher.id };
  const { scope } = form;
  return { scope, ...(scope === "IDS" && { ids }), ...(scope === "FILTER" && { filter: filterOf(form) }) };
}

/** Return the columns as `exportInfo` of the mutation. */
export function infoOf({ fields, attributes, warehouses, channels }) {
  const ids = (options) => options.map(({ id }) => id);
  return { fields, attributes: ids(attributes), warehouses: ids(warehouses), channels: ids(channels) };
}
