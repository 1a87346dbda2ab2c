// Numbers, sizes, times and states as people read them.

import { texts } from "./texts.js";

const LOCALE = texts.locale;
const whole = new Intl.NumberFormat(LOCALE);
const compact = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 1 });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });
const moment = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "medium" });
const day = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "long" });
const shortDay = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", timeZone: "UTC" });

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

export const count = (number) => whole.format(number);
export const shortCount = (number) => compact.format(number);
export const percent = (share) => `${Math.floor(share * 100)} %`;
export const when = (iso) => moment.format(new Date(iso));
export const onDay = (iso) => day.format(new Date(iso));
export const onShortDay = (seconds) => shortDay.format(new Date(seconds * 1000));

/** Return a size like "57 kB". A kB is 1000 bytes, as in file managers and clouds. */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const step = Math.min(Math.floor(Math.log10(bytes) / 3), 4);
  const number = bytes / 1000 ** step;
  return `${number < 10 ? number.toFixed(1) : Math.round(number)} ${["", "kB", "MB", "GB", "TB"][step]}`;
}

/** Return a duration like "0.4 s", "12 s", "3 min 5 s" or "1 h 2 min". */
export function duration(seconds) {
  const rounded = Math.max(0, seconds);
  if (rounded < 10) return `${rounded.toFixed(1)} s`;
  if (rounded < 60) return `${Math.round(rounded)} s`;
  const minutes = Math.floor(rounded / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(rounded % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Return a time relative to now, like "2 minutes ago" or "in 30 days". */
export function relativeTo(iso, now) {
  const seconds = (new Date(iso) - now) / 1000;
  if (Math.abs(seconds) < 10) return relative.format(0, "second");
  const [unit, length] = UNITS.find(([, one]) => Math.abs(seconds) >= one) || UNITS.at(-1);
  return relative.format(Math.round(seconds / length), unit);
}

export const secondsBetween = (from, to) => (new Date(to) - new Date(from)) / 1000;

// A canceled export has the status FAILED, because Saleor's clients know no other. Only its message differs.
export const isCanceled = ({ message }) => Boolean(message?.startsWith("The export was canceled"));
export const stateOf = (job) => (job.status === "FAILED" && isCanceled(job) ? "CANCELED" : job.status);
