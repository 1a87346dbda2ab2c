// The data of the form for a new export, and its conversion to the input of the mutation.

import { Refused } from "./api.js";
import { EXPORT_TYPES } from "./export-types.js";
import { filterOf, needsChannel } from "./filters.js";
import { handedForm } from "./handed.js";
import { defaultColumns } from "./keys.js";
import { recall, remember } from "./memory.js";
import { config } from "./session.js";
import { texts } from "./texts.js";

/** The choices of a file that no one has changed: an Excel file for people. The API's own defaults differ. */
export const FRESH_FILE = {
  fileType: "XLSX",
  layout: "PEOPLE",
  cells: {},
  csv: { delimiter: "COMMA", bom: false, decimal: "POINT" },
  formulas: "ESCAPE",
  compression: "NONE",
  freshness: "CURRENT",
};
/** The choice of records that no one has changed: all. `hiddenFilter` are conditions of a request without a control. */
export const ALL_RECORDS = { picked: [], filter: {}, hiddenFilter: {} };
/**
 * A form without choices of anyone. `columns` by type; a type without them has the usual ones. `picked` and `vouchers`
 * are `{id, name}`. `hidden` are parts of an earlier request without a control. `spelled` is how that request named its
 * columns, sent again as long as they are the same. `template` is the ID of the one that the form began with.
 */
export const FRESH = { type: "products", ...FRESH_FILE, ...ALL_RECORDS, columns: {}, vouchers: [], channel: "", title: "", hidden: {}, spelled: null, template: "" };
/** The most characters of a title, and of the name of a template. */
export const MAX_TITLE_CHARACTERS = 100;
/** The choices kept for the next visit: the look of the file, not the records in it. */
const KEPT = ["type", "columns", ...Object.keys(FRESH_FILE)];

// The form as it was left in this tab, also before a reload. Records and conditions are not kept for the next visit.
let draft = null;

/**
 * Return the form as it was left, or with the choices of the last visit and what a dashboard hands over in the address.
 */
export function firstForm(types) {
  draft ||= storedDraft();
  if (draft && types.includes(draft.type)) return draft;
  const form = { ...FRESH, ...recall("file", {}) };
  const handed = handedForm();
  if (handed && types.includes(handed.type)) return { ...form, ...handed };
  return types.includes(form.type) ? form : { ...form, type: types[0] };
}

export function keepForm(form) {
  keepDraft(form);
  remember("file", Object.fromEntries(KEPT.map((name) => [name, form[name]])));
}

export function keepDraft(form) {
  draft = form;
  // A popup of a dashboard begins anew: its address has other records each time.
  if (!config.frame) remember("draft", { search: location.search, form: withoutCode(form) }, "sessionStorage");
}

/** Return the form without the code of its filter: a code is as good as money, and picked records have only its end. */
const withoutCode = (form) => ({ ...form, filter: { ...form.filter, code: undefined } });

/** Return the draft from before a reload, null if the address hands over something else now. */
function storedDraft() {
  const { search, form } = recall("draft", {}, "sessionStorage");
  return form && search === location.search ? form : null;
}

/** Forget the draft when a person leaves: the next one at this tab may not see it. */
export function forgetDraft() {
  draft = null;
  remember("draft", {}, "sessionStorage");
}

/** Return the form with the columns and the channel that it would be sent with. `channel` may be a slug of a dashboard. */
export function completed(form, options) {
  const channels = options.channels || [];
  const channel = channels.find(({ id, slug }) => [id, slug].includes(form.channel));
  const columns = form.columns[form.type] || defaultColumns(form.type, options, channel?.id);
  return { ...form, columns: { ...form.columns, [form.type]: columns }, channel: (channel || channels[0])?.id || "" };
}

/** Return the form for all records, of which a preview shows the header. */
export const withoutRecords = (form) => ({ ...form, ...ALL_RECORDS });

// A spreadsheet runs formulas of CSV only. XLSX and Parquet are compressed already: the service refuses
// gzip for them.
export const hasFormulas = (fileType) => fileType === "CSV";
export const canCompress = (fileType) => !["XLSX", "PARQUET"].includes(fileType);

/** Return whether the numbers of the file are values of a workbook. */
export const isTyped = ({ fileType, layout, cells }) => fileType === "XLSX" && (cells.types || (layout === "PEOPLE" && "TYPED")) === "TYPED";

/** Return what is missing, as the service would say it; null if nothing is. */
export function problemOf(form) {
  const t = texts.problems;
  if (EXPORT_TYPES[form.type].ofVoucher && !form.picked.length && !form.vouchers.length) return new Refused(t.voucher, "voucherId");
  if (!form.columns[form.type].length) return new Refused(t.columns, "columns");
  return null;
}

/** Return the input of the mutation. The form is `completed`. */
export function inputOf(form) {
  const title = form.title.trim();
  return { ...form.hidden, ...recordsOf(form), ...fileOf(form), ...(title && { title }), ...columnInput(form) };
}

function columnInput({ type, columns, spelled }) {
  if (spelled?.columns === columns[type]) return spelled.input;
  return { columns: columns[type] };
}

/** Return which records a form chooses: ALL, IDS or FILTER. */
export function scopeOf(form) {
  if (form.picked.length) return "IDS";
  return Object.keys(filterOf(form)).length ? "FILTER" : "ALL";
}

function recordsOf(form) {
  const ids = form.picked.map(({ id }) => id);
  if (EXPORT_TYPES[form.type].ofVoucher) return ids.length ? { ids } : vouchersOf(form);
  const scope = scopeOf(form);
  return {
    scope,
    ...(scope === "IDS" && { ids }),
    ...(scope === "FILTER" && { filter: filterOf(form) }),
    ...(scope === "FILTER" && needsChannel(form) && { exportInfo: { channels: [form.channel] } }),
  };
}

function vouchersOf({ vouchers }) {
  const [first, ...others] = vouchers.map(({ id }) => id);
  return others.length ? { voucherIds: [first, ...others] } : { voucherId: first };
}

function fileOf({ type, fileType, formulas, compression, freshness, layout, cells, csv }) {
  const given = cellsOf(layout, cells);
  return {
    fileType,
    layout,
    ...(Object.keys(given).length && { cells: given }),
    ...(hasFormulas(fileType) && { formulas }),
    ...(canCompress(fileType) && { compression }),
    ...(fileType === "CSV" && { csv: csvOf(csv) }),
    ...(EXPORT_TYPES[type].canBeLive && { freshness }),
  };
}

/** Return the choices of cells. Files for people have the time zone of the browser unless another is chosen. */
function cellsOf(layout, cells) {
  const chosen = Object.entries(cells).filter(([, value]) => value);
  return { ...(layout === "PEOPLE" && { timeZone: browserZone() }), ...Object.fromEntries(chosen) };
}

export const browserZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

// The preset of Excel has a delimiter and a byte order mark of its own.
const csvOf = ({ delimiter, bom, decimal }) => (delimiter === "EXCEL" ? { preset: "EXCEL", decimal } : { delimiter, bom, decimal });
