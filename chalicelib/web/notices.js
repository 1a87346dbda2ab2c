// What is told outside the page: the window's title, and a notification when an export has ended.

import { percent, stateOf } from "./format.js";
import { texts } from "./texts.js";

export const noticesPossible = () => "Notification" in window && Notification.permission !== "denied";
export const noticesAllowed = () => "Notification" in window && Notification.permission === "granted";

/** Asks the browser once, after a click: a question out of the blue is refused by habit. */
export async function allowNotices() {
  if (noticesPossible() && Notification.permission === "default") await Notification.requestPermission().catch(() => {});
}

export function notify(ended) {
  if (!noticesAllowed() || document.visibilityState === "visible") return;
  try {
    const notice = new Notification(texts.ended(ended, stateOf(ended)), { body: ended.message || ended.fileName, tag: ended.id });
    notice.onclick = () => {
      window.focus();
      location.hash = `exports/${encodeURIComponent(ended.id)}`;
    };
  } catch {
    // Some browsers on phones allow notifications to service workers only.
  }
}

/** "45 % · Waybill exports" while something runs. */
export function showProgress(exports) {
  const running = exports.filter(({ status }) => status === "PENDING");
  const share = running.reduce((sum, { progress }) => sum + progress, 0) / (running.length || 1);
  document.title = running.length ? `${percent(share)} · ${texts.title}` : texts.title;
}
