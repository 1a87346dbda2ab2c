// The form for "Edit and export again", filled from the request of an earlier export.

import { ask } from "./api.js";
import { EXPORT_TYPES } from "./export-types.js";
import { CONDITION_KINDS } from "./filters.js";
import { FRESH, FRESH_FILE, keepDraft } from "./form.js";
import { columnsOfInfo } from "./keys.js";
import { loadOptions } from "./options.js";
import { REQUEST } from "./queries.js";

// The parts of a request that the form has controls for. All others are sent again as they are.
const SHOWN = ["scope", "ids", "filter", "voucherId", "voucherIds", "exportInfo", "columns", "title", ...Object.keys(FRESH_FILE)];

/** Fill the form for a new export from an earlier one. */
export async function editAgain(id) {
  const { exportFile } = await ask(REQUEST, { id });
  keepDraft(formOf(exportFile.exportType, JSON.parse(exportFile.request), await optionsFor(exportFile.exportType)));
}

/** Return the names that the columns of a type need. */
const optionsFor = async (type) => (EXPORT_TYPES[type].hasOptions ? loadOptions() : {});

/** Return the form that would send this request. */
export function formOf(type, request, options) {
  const { ids = [], voucherId, voucherIds = [voucherId], title = "", exportInfo = {} } = request;
  return {
    ...FRESH,
    type,
    picked: ids.map((id) => ({ id })),
    vouchers: voucherIds.filter(Boolean).map((one) => ({ id: one })),
    ...filterOfRequest(type, request.filter || {}),
    channel: exportInfo.channels?.[0] || "",
    ...columnsOfRequest(type, request, options),
    title,
    ...fileOfRequest(request),
    hidden: Object.fromEntries(Object.entries(request).filter(([name]) => !SHOWN.includes(name))),
  };
}

function columnsOfRequest(type, { columns: given, exportInfo }, options) {
  if (given) return { columns: { [type]: given } };
  const { hasOptions, usualColumns } = EXPORT_TYPES[type];
  // Without named columns, a file of the contract has only the first one.
  const columns = hasOptions ? columnsOfInfo(exportInfo || {}, options) : usualColumns.slice(0, 1).map((key) => ({ key }));
  return { columns: { [type]: columns }, spelled: { columns, input: exportInfo ? { exportInfo } : {} } };
}

function fileOfRequest({ fileType, formulas, compression, freshness, layout, cells, csv }) {
  const { delimiter, bom = false, decimal, preset } = csv || {};
  return {
    fileType,
    layout: layout || "CONTRACT",
    cells: cells || {},
    formulas: formulas || FRESH_FILE.formulas,
    compression: compression || FRESH_FILE.compression,
    freshness: freshness || FRESH_FILE.freshness,
    csv: { delimiter: preset || delimiter || FRESH_FILE.csv.delimiter, bom, decimal: decimal || FRESH_FILE.csv.decimal },
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

const isSame = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
const sorted = (value) => (value?.gte || value?.lte ? [moment(value.gte), moment(value.lte)] : value);
const moment = (bound) => (typeof bound === "string" ? new Date(bound).getTime() : bound);
