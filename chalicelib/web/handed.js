// What a dashboard hands over in the address: the rows ticked in its list, and the list's search and filter.
// It is a proposal: the form shows it, people can change it, and unknown parts are left out.

import { EXPORT_TYPES } from "./export-types.js";
import { idsOf } from "./ids.js";
import { config } from "./session.js";

const SELECTIONS = { products: "productIds", gift_cards: "giftCardIds", voucher_codes: "voucherIds" };
// Names in the filter of a dashboard, and the conditions of ours that mean the same.
const LISTS = { category: "categories", collection: "collections", productType: "productTypes" };
const FLAGS = ["giftCard"];
// "2[s2.productType][0]": a row of the filter, kind and comparison, the name, and a place in a list.
const PART = /^\d+\[s\d\.(\w+)\](?:\[\d+\])?$/;

/** Return the type of the popup; outside of dashboards, links hand over products only. */
export const handedType = () => (config.frame in EXPORT_TYPES ? config.frame : "products");

/** Return the part of the form that the address presets, or null. */
export function handedForm(search = location.search) {
  const type = handedType();
  const query = new URLSearchParams(search);
  const ids = idsOf(query.get(SELECTIONS[type]) || "", type);
  const { ofVoucher } = EXPORT_TYPES[type];
  if (ids.length && ofVoucher) return { type, scope: "ALL", voucher: ids.length === 1 ? { id: ids[0] } : null };
  if (ids.length) return { type, scope: "IDS", idsText: ids.join("\n") };
  if (!config.frame) return null;
  const filter = type === "products" ? filterOf(query) : {};
  return { type, scope: Object.keys(filter).length ? "FILTER" : "ALL", filter };
}

function filterOf(query) {
  const filter = query.get("query")?.trim() ? { search: query.get("query").trim() } : {};
  // Rows joined by OR have another meaning than our conditions, which must all be met.
  if ([...query].some(([key, value]) => /^\d+$/.test(key) && value === "OR")) return filter;
  for (const [key, value] of query) {
    const name = PART.exec(key)?.[1];
    if (Object.hasOwn(LISTS, name)) filter[LISTS[name]] = [...(filter[LISTS[name]] || []), value];
    if (FLAGS.includes(name) && ["true", "false"].includes(value)) filter[name] = value;
  }
  return filter;
}
