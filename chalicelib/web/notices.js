// Messages outside the page: the title of the window, and a notification when an export has ended.

import { percent, stateOf } from "./format.js";
import { texts } from "./texts.js";

export const noticesPossible = () => "Notification" in window && Notification.permission !== "denied";
export const noticesAllowed = () => "Notification" in window && Notification.permission === "granted";

/** Ask once for permission, after a click. Browsers ignore requests without one, and people refuse them. */
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
    // Chrome on Android throws: there, only service workers may show notifications.
  }
}

/** Show the view and the progress of running exports in the title: "45 % · Exports · Waybill". */
export function showTitle(view, exports) {
  const running = exports.filter(({ status }) => status === "PENDING");
  const share = running.reduce((sum, { progress }) => sum + progress, 0) / (running.length || 1);
  document.title = (share ? `${percent(share)} · ` : "") + texts.title(view);
}
