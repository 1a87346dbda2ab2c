// The search for single records. A preview of their export finds them as the service does.

import { ask } from "./api.js";
import { PREVIEW } from "./queries.js";

const MAX_ROWS = 50;
const COLUMNS = ["product.id", "product.name", "variant.sku"].map((key) => ({ key }));

/** Return the products that a search finds by name, text or SKU: `{id, name, hint}` with their first SKU. */
export const findProducts = (search) => rowsOf({ scope: "FILTER", filter: { search } });

/** Return the names of products with these IDs. */
export const nameProducts = (ids) => rowsOf({ scope: "IDS", ids });

async function rowsOf(records) {
  const products = { ...records, columns: COLUMNS, fileType: "CSV", formulas: "RAW" };
  const { exportPreview } = await ask(PREVIEW, { input: { products }, first: MAX_ROWS });
  const found = new Map();
  for (const [id, name, hint] of exportPreview.rows) if (!found.has(id)) found.set(id, { id, name, hint });
  return [...found.values()];
}
