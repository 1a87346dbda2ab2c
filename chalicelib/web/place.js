// The place in the page that the address names: #new, #overview, #exports or #exports/ID. The list's filter and page
// are part of it (#exports?status=FAILED&after=…), so that a reload, a bookmark or a shared link keep them.

import { EXPORT_TYPES } from "./export-types.js";
import { exportIdOf } from "./ids.js";
import { useCallback, useEffect, useState } from "./preact.js";
import { config } from "./session.js";
import { texts } from "./texts.js";

export const VIEWS = ["exports", "new", "overview"];
export const NO_FILTER = { q: "", status: "", type: "", who: "", name: "" };
/** The filter for all exports. Without a choice of `who`, the list may begin with a person's own. */
export const EVERYTHING = { ...NO_FILTER, who: "all" };
const EMPTY = { filter: NO_FILTER, page: {} };

/** Return `[place, go, replace]`: where the address is, and two functions to change it, with and without an entry for Back. */
export function usePlace(types) {
  const [place, setPlace] = useState(() => placeOf(location, types, EMPTY));
  const follow = () => setPlace((before) => placeOf(location, types, before));
  useEffect(() => {
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  const go = useCallback((wanted) => {
    // In a dashboard, Back belongs to the dashboard.
    if (config.frame) history.replaceState(null, "", hashOf(wanted));
    else location.hash = hashOf(wanted);
    follow();
  }, []);
  const replace = useCallback((wanted) => {
    history.replaceState(null, "", hashOf(wanted));
    follow();
  }, []);
  return [place, go, replace];
}

/** Return the hash of a place. */
export function hashOf({ view, id = "", filter = NO_FILTER, page = {} }) {
  if (view !== "exports") return `#${view}`;
  const given = Object.entries({ ...filter, ...page }).filter(([, value]) => value);
  const query = new URLSearchParams(given).toString();
  return `#exports${id && `/${encodeURIComponent(id)}`}${query && `?${query}`}`;
}

/** Return the place of an address. Views without a filter keep that of `before` for the way back to the list. */
function placeOf({ hash, search }, types, before) {
  const [path, query = ""] = hash.slice(1).split("?");
  const [view, id = ""] = path.split("/");
  if (view === "exports") return { view, id: exportIdOf(decoded(id)), ...listOf(new URLSearchParams(query), types) };
  if (VIEWS.includes(view)) return { ...before, view, id: "" };
  // A mail about an export leads to the app's page in the dashboard, which hands its own query over.
  const mailed = config.frame && exportIdOf(new URLSearchParams(search).get("export") || "");
  if (mailed) return { view: "exports", id: mailed, ...EMPTY };
  const handed = config.frame in EXPORT_TYPES || (new URLSearchParams(search).get("productIds") && types.includes("products"));
  return { view: handed ? "new" : "exports", id: "", ...EMPTY };
}

/** Return the filter and page in a query. Values that the list does not know are left out. */
function listOf(query, types) {
  const given = (name, known) => (known.includes(query.get(name)) ? query.get(name) : "");
  const filter = {
    q: query.get("q") || "",
    status: given("status", Object.keys(texts.statuses)),
    type: given("type", types),
    who: given("who", Object.keys(texts.list.whos)),
    name: query.get("name") || "",
  };
  const [end] = ["before", "after"].filter((name) => query.get(name));
  return { filter, page: end ? { [end]: query.get(end) } : {} };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
