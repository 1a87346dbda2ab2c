// The list of exports, kept up to date: quickly while an export runs, now and then otherwise.

import { ask, SignedOut, Unreachable } from "./api.js";
import { onRetry, reportAnswered, reportWaiting, retrySeconds } from "./connection.js";
import { useCallback, useEffect, useRef, useState } from "./preact.js";
import { EXPORTS, ONE, TOTALS } from "./queries.js";

const FIRST_SECONDS = 1;
const SLOWEST_SECONDS = 10;
const HIDDEN_SECONDS = 5;
const SLOWER = 1.25;
const QUICK_POLLS = 10;
const IDLE_SECONDS = 15; // how late the export of a colleague or a script may appear
export const PAGE_SIZE = 20;
const SEARCHED = 100; // exports a page while searching: as many as the service lists at once

/** Return the seconds until the next poll, after `quiet` polls in a row without a change; 0 for no poll. */
export function pause(quiet, hidden, running = true) {
  if (!running) return hidden ? 0 : IDLE_SECONDS;
  const seconds = Math.min(FIRST_SECONDS * SLOWER ** Math.max(0, quiet - QUICK_POLLS), SLOWEST_SECONDS);
  return hidden ? Math.max(seconds, HIDDEN_SECONDS) : seconds;
}

/** Return the variables for one page of the list, newest first. */
export function listVariables({ filter, page, isSearch }) {
  const size = isSearch ? SEARCHED : PAGE_SIZE;
  const place = page.before ? { last: size, before: page.before } : { first: size, after: page.after };
  return { filter: filterInput(filter), sort: { field: "CREATED_AT", direction: "DESC" }, ...place };
}

function filterInput({ status, type, who, name, mine }) {
  const asked = {};
  if (status) asked.status = status;
  if (type) asked.exportType = [type];
  if (who === "me" && mine) Object.assign(asked, mine);
  if (who === "user" && name) asked.user = name;
  if (who === "app" && name) asked.app = name;
  return asked;
}

/** Return whether a list should begin with the exports of `mine`: there are some, and many of others. */
export async function hasManyOfOthers(mine) {
  const { all, own } = await ask(TOTALS, { mine });
  return own.totalCount > 0 && all.totalCount - own.totalCount > PAGE_SIZE;
}

/**
 * Return `{list, error, loading, refresh}`. `onEnd(export, isOwn)` is called for each export that
 * ended since the last poll; `isOwn` is true for exports that this tab has started.
 */
export function useExports(wanted, onEnd) {
  const [state, setState] = useState({ list: null, error: null, loading: true });
  const statuses = useRef(new Map());
  const own = useRef(new Set());
  const kick = useRef(() => {});
  const ended = useRef(onEnd);
  ended.current = onEnd;

  useEffect(() => {
    let timer = 0;
    let quiet = 0;
    let failures = 0;
    let last = "";
    let stopped = false;
    let asking = 0;
    setState((before) => ({ ...before, loading: true }));

    async function look() {
      clearTimeout(timer);
      const turn = ++asking;
      try {
        const { exportFiles } = await ask(EXPORTS, listVariables(wanted));
        if (stopped || turn !== asking) return;
        const exports = exportFiles.edges.map(({ node }) => node);
        const followed = [...exports, ...(await findOwn(exports))];
        if (stopped || turn !== asking) return;
        const seen = JSON.stringify(followed.map(({ id, status, progress, rowsDone }) => [id, status, progress, rowsDone]));
        quiet = seen === last ? quiet + 1 : 0;
        last = seen;
        failures = 0;
        setState({ list: { ...exportFiles, exports, wanted }, error: null, loading: false });
        reportAnswered(statuses);
        notifyEnds(followed);
        next(pause(quiet, document.hidden, followed.some(({ status }) => status === "PENDING")));
      } catch (error) {
        if (stopped || turn !== asking || error instanceof SignedOut) return;
        setState((before) => ({ ...before, error, loading: false }));
        if (error instanceof Unreachable) {
          reportWaiting(statuses, error.message);
          next(retrySeconds(++failures));
        }
      }
    }

    /** Return the running exports of this tab that are not among `exports`, because of a filter or on another page. */
    async function findOwn(exports) {
      const others = [...own.current].filter((id) => !exports.some((one) => one.id === id));
      const found = await Promise.all(others.map(async (id) => [id, (await ask(ONE, { id })).exportFile]));
      found.forEach(([id, one]) => one || own.current.delete(id));
      return found.map(([, one]) => one).filter(Boolean);
    }

    function next(seconds) {
      if (seconds) timer = setTimeout(look, seconds * 1000);
    }

    function notifyEnds(exports) {
      for (const one of exports) {
        const before = statuses.current.get(one.id);
        statuses.current.set(one.id, one.status);
        if (before === "PENDING" && one.status !== "PENDING") ended.current(one, own.current.delete(one.id));
      }
    }

    function wake() {
      if (!document.hidden) look();
    }

    kick.current = () => {
      quiet = 0;
      return look();
    };
    look();
    const stopRetries = onRetry(look);
    window.addEventListener("offline", look);
    document.addEventListener("visibilitychange", wake);
    return () => {
      stopped = true;
      clearTimeout(timer);
      stopRetries();
      reportAnswered(statuses);
      window.removeEventListener("offline", look);
      document.removeEventListener("visibilitychange", wake);
    };
  }, [JSON.stringify(wanted)]);

  /** Poll now. `started` counts as pending, so that its end is noticed even if it ended before this poll. */
  const refresh = useCallback((started) => {
    if (started) {
      statuses.current.set(started.id, "PENDING");
      own.current.add(started.id);
    }
    return kick.current();
  }, []);
  return { ...state, refresh };
}
