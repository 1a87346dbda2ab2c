// The conditions of scope FILTER as data. Export types name their conditions; this module converts each kind of them.

import { EXPORT_TYPES } from "./export-types.js";
import { onDay } from "./format.js";
import { texts } from "./texts.js";

const YES_NO = { true: true, false: false };

/**
 * The kinds of conditions. `read` converts the value of the control for the filter input; undefined if nothing was
 * chosen. `show` converts it back. `say` is the value as people read it; `names` are those of a list's entries by ID.
 */
export const CONDITION_KINDS = {
  text: { read: (value) => value?.trim() || undefined, show: (value) => value, say: (value) => `“${value.trim()}”` },
  stock: { read: (value) => value || undefined, show: (value) => value, say: (value) => texts.filters.stock[value] },
  yesNo: { read: (value) => YES_NO[value], show: String, say: (value) => texts.filters.yesNo[value] },
  many: { read: some, show: (value) => value, say: sayNames },
  words: {
    read: (value) => some((value || "").split(",").map((word) => word.trim()).filter(Boolean)),
    show: (value) => [value].flat().join(", "),
    say: (value) => value,
  },
  range: { read: (value) => bounds(value, Number), show: (value) => bounds(value, String), say: (value) => sayBounds(value, String) },
  dates: {
    read: (value) => bounds(value, (text, end) => new Date(`${text}T${end === "lte" ? "23:59:59.999" : "00:00:00"}`).toISOString()),
    show: (value) => bounds(value, dayOf),
    say: (value) => sayBounds(value, onDay),
  },
};

function some(value) {
  return value?.length ? value : undefined;
}

/** Return the day of a moment in the browser's time zone, as a date field holds it. */
export function dayOf(iso) {
  const date = new Date(iso);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

function bounds(value, read) {
  const given = ["gte", "lte"].filter((end) => value?.[end]).map((end) => [end, read(value[end], end)]);
  return given.length ? Object.fromEntries(given) : undefined;
}

const MAX_SAID = 2; // names; more are counted

function sayNames(ids, names) {
  const known = ids.map((id) => names.get(id)).filter(Boolean);
  if (known.length < ids.length) return texts.filters.chosen(ids.length);
  const more = known.length - MAX_SAID;
  return known.slice(0, MAX_SAID).join(", ") + (more > 0 ? ` +${more}` : "");
}

function sayBounds({ gte, lte }, say) {
  const { from, upTo } = texts.filters;
  if (gte && lte) return `${say(gte)} – ${say(lte)}`;
  return gte ? from(say(gte)) : upTo(say(lte));
}

/** Return the filter input of the mutation. */
export function filterOf({ type, filter, hiddenFilter }) {
  const read = EXPORT_TYPES[type].conditions.map(({ key, kind }) => [key, CONDITION_KINDS[kind].read(filter[key])]);
  return { ...hiddenFilter, ...Object.fromEntries(read.filter(([, value]) => value !== undefined)) };
}

/** Return whether a chosen condition depends on a channel. */
export function needsChannel(form) {
  const chosen = filterOf(form);
  return EXPORT_TYPES[form.type].conditions.some(({ key, channel }) => channel && key in chosen);
}
