// What the form of a new export holds, and the mutation's input that it becomes.

import { Refused } from "./api.js";
import { filterOf, needsChannel } from "./filters.js";
import { recall, remember } from "./memory.js";
import { idsOf } from "./scope.js";
import { texts } from "./texts.js";

const NOTHING = { fields: [], attributes: [], warehouses: [], channels: [] };
const FRESH = {
  type: "products",
  scope: "ALL",
  fileType: "CSV",
  formulas: "ESCAPE",
  compression: "NONE",
  columns: { ...NOTHING, fields: ["NAME", "VARIANT_SKU"] },
};
/** What is kept for the next visit: how one likes the file, not which records it was about. */
const KEPT = ["type", "fileType", "formulas", "compression", "columns"];

/** The form of the last visit, or of products that a dashboard hands over in `?productIds=a,b`. */
export function firstForm(types) {
  const kept = recall("start", FRESH);
  const handed = idsOf(new URLSearchParams(location.search).get("productIds") || "", "Product");
  const form = { ...FRESH, ...kept, columns: { ...NOTHING, ...kept.columns }, idsText: "", voucher: null, filter: {} };
  if (handed.length && types.includes("products")) return { ...form, type: "products", scope: "IDS", idsText: handed.join("\n") };
  return types.includes(form.type) ? form : { ...form, type: types[0] };
}

export const keepForm = (form) => remember("start", Object.fromEntries(KEPT.map((name) => [name, form[name]])));

/** What a person can see is missing, before the service has to say so. */
export function problemOf(form) {
  const t = texts.problems;
  if (form.scope === "IDS" && !idsOf(form.idsText, texts.idTypes[form.type]).length) return new Refused(t.ids, "ids");
  if (form.type === "voucher_codes" && form.scope === "ALL" && !form.voucher) return new Refused(t.voucher, "voucherId");
  if (form.scope !== "FILTER") return null;
  if (!Object.keys(filterOf(form)).length) return new Refused(t.filter, "filter");
  if (needsChannel(form) && form.columns.channels.length !== 1) return new Refused(t.channel, "channels");
  return null;
}

/** The input of the mutation. */
export function inputOf(form) {
  const { fileType, formulas, compression } = form;
  // An Excel file is compressed by itself, and knows text from formulas: the service refuses to compress it again.
  const format = { fileType, ...(fileType === "CSV" && { formulas, compression }) };
  const ids = idsOf(form.idsText, texts.idTypes[form.type]);
  if (form.type === "voucher_codes") return { ...format, ...(form.scope === "IDS" ? { ids } : { voucherId: form.voucher.id }) };
  const scope = { scope: form.scope, ...(form.scope === "IDS" && { ids }), ...(form.scope === "FILTER" && { filter: filterOf(form) }) };
  return { ...scope, ...format, ...(form.type === "products" && { exportInfo: infoOf(form.columns) }) };
}

/** The columns as the service takes them. */
export function infoOf({ fields, attributes, warehouses, channels }) {
  const ids = (options) => options.map(({ id }) => id);
  return { fields, attributes: ids(attributes), warehouses: ids(warehouses), channels: ids(channels) };
}
