// Numbers, sizes, times and states as people read them.

import { texts } from "./texts.js";

// Dates and numbers look as people know them from their browser. Words are in the language of the texts.
let formats = formatsOf(navigator.language);

function formatsOf(locale) {
  // Names of days and months are words. They are in the language of the texts.
  const spoken = locale.startsWith(texts.locale) ? locale : texts.locale;
  return {
    locale,
    spoken,
    compact: new Intl.NumberFormat(texts.locale, { notation: "compact", maximumFractionDigits: 1 }),
    relative: new Intl.RelativeTimeFormat(texts.locale),
    near: new Intl.RelativeTimeFormat(texts.locale, { numeric: "auto" }),
    whole: new Intl.NumberFormat(locale),
    tenths: new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    // The long style of a time names its zone.
    moment: new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" }),
    minute: new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }),
    time: new Intl.DateTimeFormat(locale, { timeStyle: "short" }),
    day: new Intl.DateTimeFormat(locale, { dateStyle: "medium" }),
    utcDay: new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" }),
    shortDay: new Intl.DateTimeFormat(spoken, { day: "numeric", month: "short", timeZone: "UTC" }),
  };
}

/** Format dates and numbers as a dashboard does, from the next render on. Ignore a locale that does not exist. */
export function showLocale(locale) {
  try {
    const [known] = Intl.getCanonicalLocales(locale);
    // "en" says less than the "en-GB" of the browser.
    if (known && !navigator.language.startsWith(`${known}-`)) formats = formatsOf(known);
  } catch {
    // Another program chose the text of the message.
  }
}

/** Follow the language of the texts, from the next render on. */
export function renewFormats() {
  formats = formatsOf(formats.locale);
}

const MAX_LISTED = 10;
const MOMENT = /^\d{4}-\d\d-\d\dT/;

/** A unit, its seconds, and from how many seconds on it is used: 30 days are "in 30 days", not "next month". */
const UNITS = [
  ["year", 31_536_000, 63_072_000],
  ["month", 2_592_000, 7_776_000],
  ["day", 86_400, 86_400],
  ["hour", 3_600, 3_600],
  ["minute", 60, 60],
  ["second", 1, 1],
];

/** Format a number that is a text, with the decimals that it has: those of its currency. */
export function decimal(text) {
  const places = text.split(".")[1]?.length || 0;
  return Number(text).toLocaleString(formats.locale, { minimumFractionDigits: places, maximumFractionDigits: places });
}
/** The mark before decimals, as the service names it. */
export const decimalMark = () => (formats.tenths.format(0.5).includes(",") ? "COMMA" : "POINT");
export const count = (number) => formats.whole.format(number);
export const shortCount = (number) => formats.compact.format(number);
export const percent = (share) => `${Math.floor(share * 100)} %`;
export const when = (iso) => formats.moment.format(new Date(iso));
export const timeOf = (iso) => formats.time.format(new Date(iso));

/** Return a moment as people say it: the time today, the day otherwise. Other values stay as they are. */
export function timeOrDay(value) {
  if (typeof value === "number") return count(value);
  if (!MOMENT.test(value)) return value;
  const isToday = startOfDay(value) === startOfDay(Date.now());
  return isToday ? timeOf(value) : formats.minute.format(new Date(value));
}

export const onDay = (day) => formats.day.format(new Date(`${day}T00:00`));
export const onUtcDay = (iso) => formats.utcDay.format(new Date(iso));
export const onShortDay = (seconds) => formats.shortDay.format(new Date(seconds * 1000));

/** Return a size like "57 kB". A kB is 1000 bytes, as in file managers and clouds. */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const step = Math.min(Math.floor(Math.log10(bytes) / 3), 4);
  const number = bytes / 1000 ** step;
  return `${number < 10 ? formats.tenths.format(number) : Math.round(number)} ${["", "kB", "MB", "GB", "TB"][step]}`;
}

/** Return a duration like "0.4 s", "12 s", "3 min 5 s" or "1 h 2 min". */
export function duration(seconds) {
  const rounded = Math.max(0, seconds);
  if (rounded < 10) return `${formats.tenths.format(rounded)} s`;
  if (rounded < 60) return `${Math.round(rounded)} s`;
  const minutes = Math.floor(rounded / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(rounded % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Return an estimate like "12 s" or "3 min". */
export const roughly = (seconds) => (seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`);

/** Return a time relative to now, like "2 minutes ago" or "in 30 days". */
export function relativeTo(iso, time) {
  const seconds = (new Date(iso) - time) / 1000;
  if (Math.abs(seconds) < 10) return formats.near.format(0, "second");
  const [unit, length] = UNITS.find(([, , from]) => Math.abs(seconds) >= from);
  return formats.relative.format(Math.round(seconds / length), unit);
}

/** Return the day of a time in the browser's time zone: "Today", "Yesterday" or "Tuesday, November 24". */
export function dayOf(iso, time) {
  const date = new Date(iso);
  const ago = Math.round((startOfDay(time) - startOfDay(date)) / 86_400_000); // a day of 23 or 25 hours is one day
  const text = ago < 2 ? formats.near.format(-ago, "day") : dayFormat(date.getFullYear() !== new Date(time).getFullYear()).format(date);
  return text[0].toLocaleUpperCase() + text.slice(1);
}

const startOfDay = (time) => new Date(time).setHours(0, 0, 0, 0);

const dayFormat = (withYear) =>
  new Intl.DateTimeFormat(formats.spoken, { weekday: "long", day: "numeric", month: "long", ...(withYear && { year: "numeric" }) });

/** Return the name of the browser's time zone, like "GMT+9". */
export const zoneName = () =>
  new Intl.DateTimeFormat(formats.locale, { timeZoneName: "short" }).formatToParts().find(({ type }) => type === "timeZoneName").value;

/** Return a person or app by name. The service hides both from people who may not know them. */
export const nameOf = ({ user, app }) => (user ? `${user.firstName} ${user.lastName}`.trim() || user.email : app?.name || "");

/** Return words as a list. A long one is cut, and says how many more there are. */
export function listed(words) {
  const more = words.length - MAX_LISTED;
  return words.slice(0, MAX_LISTED).join(", ") + (more > 0 ? ` ${texts.more(count(more))}` : "");
}

export const secondsBetween = (from, to) => (new Date(to) - new Date(from)) / 1000;

// A canceled export has the status FAILED, because Saleor's clients know no other.
export const stateOf = ({ status, canceled }) => (status === "FAILED" && canceled ? "CANCELED" : status);
