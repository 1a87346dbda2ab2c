// The search through the whole history of exports: page by page, newest first, a limited number of pages at a time.

import { ask } from "./api.js";
import { found } from "./list-filter.js";
import { listVariables } from "./polling.js";
import { useEffect, useState } from "./preact.js";
import { OLDER } from "./queries.js";
import { useAnswer } from "./ui.js";

const PAGES = 10; // 1,000 exports, then the person decides
const ENOUGH = 20; // matches, as many as a page of the list shows

/**
 * Return `{matches, searched, isWhole, isSearching, error, searchOn, replace}`: the exports that `q` finds among the
 * `searched` ones, newest first. `list` is the newest page. `searchOn` looks at older pages; `replace` shows an export as it
 * is now.
 */
export function useSearch(list, q) {
  const [seen, setSeen] = useState(null);
  const [limit, setLimit] = useState({});
  useEffect(() => list?.wanted.isSearch && setSeen((before) => withNewest(before, list)), [list]);
  const key = keyOf(list?.wanted);
  const isReady = Boolean(seen) && seen.key === key;
  const searched = isReady ? seen.exports : list?.exports || [];
  const matches = found(searched, q);
  const { pages, enough } = limit.q === q && limit.key === key ? limit : { pages: PAGES, enough: ENOUGH };
  const goesOn = Boolean(q && isReady && seen.end) && seen.pages < pages && matches.length < enough;
  const asked = goesOn && listVariables({ ...list.wanted, page: { after: seen.end } });
  const { data, error, retry } = useAnswer(async () => asked && { ...(await ask(OLDER, asked)), after: asked.after }, [asked]);
  useEffect(() => data && setSeen((before) => withOlder(before, data)), [data]);
  return {
    matches,
    searched,
    isWhole: isReady && !seen.end,
    isSearching: !isReady || (goesOn && !error),
    error: goesOn && error,
    searchOn: error ? retry : () => setLimit({ q, key, pages: seen.pages + PAGES, enough: matches.length + ENOUGH }),
    replace: (changed) => setSeen((before) => before && { ...before, exports: before.exports.map((one) => (one.id === changed.id ? changed : one)) }),
  };
}

const keyOf = (wanted) => JSON.stringify(wanted);

/**
 * Return what is seen after another look at the newest page. Older exports stay; newer ones that the page has lost are gone.
 * If the page does not touch what was seen, the search begins anew, so that it misses no export between the two.
 */
export function withNewest(before, { exports, pageInfo, wanted }) {
  const key = keyOf(wanted);
  const newest = new Set(exports.map(({ id }) => id));
  // A filter can leave a page empty although there are older exports.
  const touches = exports.length ? before?.exports.some(({ id }) => newest.has(id)) : pageInfo.hasNextPage;
  if (before?.key !== key || !touches) return { key, exports, pages: 1, end: endOf(pageInfo) };
  const oldest = exports.length ? Date.parse(exports.at(-1).createdAt) : Infinity;
  const older = before.exports.filter(({ id, createdAt }) => !newest.has(id) && Date.parse(createdAt) <= oldest);
  return { ...before, exports: [...exports, ...older] };
}

function withOlder(before, { exportFiles, after }) {
  if (before.end !== after) return before;
  const older = exportFiles.edges.map(({ node }) => node);
  return { ...before, exports: [...before.exports, ...older], pages: before.pages + 1, end: endOf(exportFiles.pageInfo) };
}

const endOf = ({ hasNextPage, endCursor }) => (hasNextPage ? endCursor : "");
