// Global IDs: base64 of "Type:key".

import { EXPORT_TYPES } from "./export-types.js";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Return the words in a text without duplicates. Spaces, lines, commas and semicolons separate them. */
export const wordsOf = (text) => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];

/** Return the entries of a list without duplicates. A line is split at spaces only where all its words are IDs: names have spaces. */
export function entriesOf(text, type) {
  const lines = text.split(/[\n\r\t,;]+/).map((line) => line.trim()).filter(Boolean);
  return [...new Set(lines.flatMap((line) => (wrongIds(idsOf(line, type), type).length ? [line] : wordsOf(line))))];
}

/** Return the codes and IDs in a text without duplicates. A code can contain spaces: a line is split only where all its words are IDs. */
export function codesOf(text, type) {
  const entries = text.split(/[\n\r\t,;]+/).map((entry) => entry.trim()).filter(Boolean);
  return [...new Set(entries.flatMap((entry) => (wrongIds(wordsOf(entry), type).length ? [entry] : wordsOf(entry))))];
}

/** Return the IDs in a text without duplicates. Numbers become global IDs where the type has numeric ones. */
export function idsOf(text, type) {
  const { idType, numericIds } = EXPORT_TYPES[type];
  return [...new Set(wordsOf(text).map((word) => (numericIds && /^\d+$/.test(word) ? btoa(`${idType}:${word}`) : word)))];
}

/** Return the IDs that cannot be IDs of this type. */
export const wrongIds = (ids, type) => ids.filter((id) => !keyOf(id, EXPORT_TYPES[type].idType));

/** Return whether a text has the form of an export's ID. */
export const isExportId = (id) => UUID.test(keyOf(id, "ExportFile"));

/** Return the global ID of an export. Links in emails hold only its key. */
export const exportIdOf = (text) => (UUID.test(text) ? btoa(`ExportFile:${text}`) : text);

/** Return the key in a template's ID. The built-in ones have names as keys. */
export const templateKeyOf = (id) => keyOf(id, "ExportTemplate");

/** Return the key in a global ID of this type, or "". */
function keyOf(id, type) {
  try {
    const [found, key] = atob(id).split(":");
    return found === type ? key || "" : "";
  } catch {
    return "";
  }
}
