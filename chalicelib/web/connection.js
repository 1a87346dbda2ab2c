// The connection to the service: which questions wait for an answer, and why. The page shows one message for all.

import { useEffect, useState } from "./preact.js";

const RETRY_EVENT = "waybill:retry";
const MAX_RETRY_SECONDS = 10;
const waiting = new Map(); // who waits → the message of the last failure
const listeners = new Set();

/** Return the seconds before the next attempt. The wait doubles, so that a busy service can recover. */
export const retrySeconds = (failures) => Math.min(2 ** (failures - 1), MAX_RETRY_SECONDS);

/** Record that `asker` waits for the service. */
export function reportWaiting(asker, message) {
  waiting.set(asker, message);
  notifyListeners();
}

/** Record that `asker` has its answer, or is gone. */
export function reportAnswered(asker) {
  if (waiting.delete(asker)) notifyListeners();
}

/** Try again now, for everything that waits. */
export const retryAll = () => window.dispatchEvent(new Event(RETRY_EVENT));

/** Call `retry` when a person or a restored connection asks for it. Return a function that ends this. */
export function onRetry(retry) {
  const events = [RETRY_EVENT, "online"];
  events.forEach((name) => window.addEventListener(name, retry));
  return () => events.forEach((name) => window.removeEventListener(name, retry));
}

/** Return why the page waits for the service, or "". */
export function useWaiting() {
  const [message, setMessage] = useState(firstMessage());
  useEffect(() => {
    const update = () => setMessage(firstMessage());
    listeners.add(update);
    update();
    return () => listeners.delete(update);
  }, []);
  return message;
}

const firstMessage = () => waiting.values().next().value || "";

function notifyListeners() {
  for (const listener of listeners) listener();
}
