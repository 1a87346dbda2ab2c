// The form for "Edit and export again", filled from the request of an earlier export.

import { ask } from "./api.js";
import { EXPORT_TYPES } from "./export-types.js";
import { CONDITION_KINDS } from "./filters.js";
import { FRESH, keepDraft, NOTHING } from "./form.js";
import { PRODUCT_OPTIONS, REQUEST } from "./queries.js";

// The parts of a request that the form has controls for. All others are sent again as they are.
const SHOWN = ["scope", "ids", "filter", "voucherId", "exportInfo", "title", "fileType", "formulas", "compression"];

/** Fill the form for a new export from an earlier one. */
export async function editAgain(id) {
  const { exportFile } = await ask(REQUEST, { id });
  const { hasColumns } = EXPORT_TYPES[exportFile.exportType];
  const options = hasColumns ? (await ask(PRODUCT_OPTIONS)).exportOptions : {};
  keepDraft(formOf(exportFile.exportType, JSON.parse(exportFile.request), options));
}

/** Return the form that would send this request. */
export function formOf(type, request, options) {
  const { scope = request.ids ? "IDS" : "ALL", ids = [], voucherId, title = "", fileType, formulas, compression } = request;
  return {
    ...FRESH,
    type,
    scope,
    idsText: ids.join("\n"),
    voucher: voucherId ? { id: voucherId } : null,
    ...filterOfRequest(type, request.filter || {}),
    columns: columnsOf(request.exportInfo || {}, options),
    title,
    fileType,
    formulas: formulas || FRESH.formulas,
    compression: compression || FRESH.compression,
    hidden: Object.fromEntries(Object.entries(request).filter(([name]) => !SHOWN.includes(name))),
  };
}

/** Return the conditions with controls as `filter`, those without one, or with another precision, as `hiddenFilter`. */
function filterOfRequest(type, given) {
  const filter = {};
  const hiddenFilter = {};
  for (const [key, value] of Object.entries(given)) {
    const kind = CONDITION_KINDS[EXPORT_TYPES[type].conditions.find((one) => one.key === key)?.kind];
    const shown = kind?.show(value);
    if (kind && isSame(kind.read(shown), value)) filter[key] = shown;
    else hiddenFilter[key] = value;
  }
  return { filter, hiddenFilter };
}

function columnsOf({ fields = [], ...ids }, options) {
  // Attributes beyond the first page of options keep their ID as the name.
  const found = (name) => (ids[name] || []).map((id) => options[name]?.find((one) => one.id === id) || { id, name: id, slug: id, ofProducts: true });
  return { ...NOTHING, fields, attributes: found("attributes"), warehouses: found("warehouses"), channels: found("channels") };
}

const isSame = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
const sorted = (value) => (value?.gte || value?.lte ? [moment(value.gte), moment(value.lte)] : value);
const moment = (bound) => (typeof bound === "string" ? new Date(bound).getTime() : bound);
