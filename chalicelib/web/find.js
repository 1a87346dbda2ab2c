// The search for single records: products by name, slug or SKU, gift cards and voucher codes by whole codes.

import { ask } from "./api.js";
import { EXPORT_TYPES } from "./export-types.js";
import { entriesOf, idsOf, wordsOf, wrongIds } from "./ids.js";
import { RECORDS } from "./queries.js";

export const MAX_NAMED = 100; // names or IDs in one request
const MAX_FOUND = 20;
const MAX_REQUESTS = 10; // each reads for two seconds at most; people who wait longer type more
const SHOWN_CHARACTERS = 4;

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

/**
 * Return `found`, the records that a list of IDs, names, slugs and SKUs stands for, as `{id, name}`, and its `unknown` entries.
 * A number can be an ID or an SKU.
 */
export async function findListed(type, text) {
  const entries = entriesOf(text, type);
  const idOf = (entry) => idsOf(entry, type)[0];
  const records = await recordsWithIds(type, entries.map(idOf).filter((id) => !wrongIds([id], type).length));
  const known = new Set(records.map(({ id }) => id));
  const others = entries.filter((entry) => !known.has(idOf(entry)));
  const { found, unknown } = await findCodes(type, others);
  return { found: [...new Map([...records, ...found].map(({ id, name }) => [id, { id, name }])).values()], unknown };
}

async function recordsWithIds(type, ids) {
  const records = [];
  for (let first = 0; first < ids.length; first += MAX_NAMED) records.push(...(await recordsOf(type, ids.slice(first, first + MAX_NAMED))));
  return records;
}

/**
 * Return `found`, the records with one of these codes or names, as `{id, name}`, and the `unknown` ones. The name of a code is its end.
 * Text with spaces that is not a code itself can be several codes.
 */
export async function findCodes(type, codes) {
  const whole = await recordsWith(type, codes);
  const words = [...new Set(unknownIn(whole, codes).filter((code) => /\s/.test(code)).flatMap(wordsOf))];
  const records = [...whole, ...(await recordsWith(type, words))];
  return {
    found: records.map(({ id, name }) => ({ id, name: EXPORT_TYPES[type].hasCodes ? masked(name) : name })),
    unknown: unknownIn(records, codes).flatMap((code) => unknownPart(records, code)),
  };
}

async function recordsWith(type, codes) {
  const records = [];
  for (let first = 0; first < codes.length; first += MAX_NAMED) {
    records.push(...(await recordsNamed(type, codes.slice(first, first + MAX_NAMED))));
  }
  return records;
}

/** Return the codes that no record has. */
function unknownIn(records, codes) {
  // A catalogue finds codes in any case, as Python folds it: "ß" is "SS".
  const known = new Set(records.flatMap(({ name, otherNames }) => [name, ...otherNames]).map((one) => one.toUpperCase()));
  return codes.filter((code) => !known.has(code.toUpperCase()));
}

/** Return the unknown words of a text, or all of it if no word is a code. */
function unknownPart(records, text) {
  const words = wordsOf(text);
  const unknown = unknownIn(records, words);
  return unknown.length === words.length ? [text] : unknown;
}

async function recordsNamed(type, names) {
  const records = [];
  for (let start = 0; start !== null;) {
    const { exportRecords } = await ask(RECORDS, { type, names, first: MAX_NAMED, start });
    records.push(...exportRecords.records);
    start = exportRecords.next;
  }
  return records;
}

/** Return a code as the service shows those that a person has not named: its end, or nothing of a short one. */
const masked = (code) => `••••${code.length > SHOWN_CHARACTERS ? code.slice(-SHOWN_CHARACTERS) : ""}`;

/** Return the records of at most 100 IDs. */
export const recordsOf = async (type, ids) => (await ask(RECORDS, { type, ids })).exportRecords.records;
