// The search for single records by name, slug or SKU.

import { ask } from "./api.js";
import { RECORDS } from "./queries.js";

const MAX_FOUND = 20;
const MAX_REQUESTS = 10; // each reads for two seconds at most; people who wait longer type more

/**
 * Return the records whose name, slug or SKU contains a text: `{id, name, otherNames}`, and whether there can be more.
 * A large shop takes several requests.
 */
export async function findRecords(type, search) {
  const found = [];
  let start = 0;
  for (let asked = 0; asked < MAX_REQUESTS && start !== null && found.length < MAX_FOUND; asked += 1) {
    const { exportRecords } = await ask(RECORDS, { type, search, first: MAX_FOUND, start });
    found.push(...exportRecords.records);
    start = exportRecords.next;
  }
  return { found, hasMore: start !== null || found.length >= MAX_FOUND };
}

/** Return the records of at most 100 IDs. */
export const recordsOf = async (type, ids) => (await ask(RECORDS, { type, ids })).exportRecords.records;
