// What a dashboard hands over in the address: the rows ticked in its list, and the list's search and filter.
// It is a proposal: the form shows it, people can change it, and unknown parts are left out.

import { EXPORT_TYPES } from "./export-types.js";
import { idsOf } from "./ids.js";
import { config } from "./session.js";

const MAX_TITLE_CHARACTERS = 100;
const SELECTIONS = { products: "productIds", gift_cards: "giftCardIds", voucher_codes: "voucherIds" };
/** Names in the filters of dashboards, and the conditions of ours that mean the same. Older dashboards have other names. */
const NAMES = {
  products: {
    category: "categories",
    collection: "collections",
    productType: "productTypes",
    stockStatus: "stockAvailability",
  },
  gift_cards: {
    tag: "tags",
    status: "isActive",
    currentBalanceAmount: "currentBalance",
    initialBalanceAmount: "initialBalance",
  },
};
const FLAGS = { true: "true", false: "false", enabled: "true", disabled: "false" };
// The comparisons of a dashboard by their digit: is, equals, in, between, lower, greater.
const BETWEEN = "3";
const LOWER = "4";
const GREATER = "5";
// "2[s2.productType][0]": a row of the filter, kind and comparison, the name, and a place in a list. Statics are "s".
const TOKEN = /^\d+\[([a-z])(\d)\.([\w-]+)\](?:\[\d+\])?$/;
// "categories[0]" and "priceFrom": the parameters of older dashboards.
const PLAIN = /^([a-zA-Z]+?)(From|To)?(?:\[\d+\])?$/;
const ENDS = { From: GREATER, To: LOWER };

/** Return the type of the popup; outside of dashboards, links hand over products only. */
const handedType = () => (config.frame in EXPORT_TYPES ? config.frame : "products");

/** Return the part of the form that the address presets, or null. */
export function handedForm(search = location.search, type = handedType(), inDashboard = Boolean(config.frame)) {
  const query = new URLSearchParams(search);
  const ids = idsOf(query.get(SELECTIONS[type]) || "", type).map((id) => ({ id }));
  const { ofVoucher } = EXPORT_TYPES[type];
  if (ids.length && ofVoucher) return { type, vouchers: ids };
  if (!inDashboard) return ids.length ? { type, picked: ids } : null;
  return { type, picked: ids, ...filterOf(query, type), title: nameOf(query) };
}

/** Return the name of the list's preset. Some dashboards give its number only. */
function nameOf(query) {
  const name = query.get("presetName") || query.get("activeTab") || "";
  return /^\d*$/.test(name) ? "" : name.slice(0, MAX_TITLE_CHARACTERS);
}

function filterOf(query, type) {
  const found = { filter: {}, hiddenFilter: {}, channel: "" };
  const search = query.get("query")?.trim();
  if (search && keyOf("search", type)) found.filter.search = search;
  const parts = [...query].map(partOf).filter(Boolean);
  // Rows joined by OR have another meaning than our conditions, which must all be met.
  if (![...query].some(([key, value]) => /^\d+$/.test(key) && value === "OR")) parts.forEach((part) => take(part, type, found));
  return found;
}

/** Return the part of a filter in a parameter: `{name, comparison, value, isAttribute}`, or null. */
function partOf([key, value]) {
  const [, kind, comparison, name] = TOKEN.exec(key) || [];
  if (name) return { name, comparison, value, isAttribute: kind !== "s" };
  const [, plain, end] = PLAIN.exec(key) || [];
  return plain ? { name: plain, comparison: ENDS[end] || "", value } : null;
}

function take({ name, comparison, value, isAttribute }, type, found) {
  if (isAttribute) return takeAttribute(found.hiddenFilter, name, value);
  if (name === "channel") found.channel = value;
  const condition = EXPORT_TYPES[type].conditions.find(({ key }) => key === keyOf(name, type));
  if (!condition) return undefined;
  const { key, kind } = condition;
  const taken = TAKEN[kind]?.(found.filter[key], value, comparison);
  if (taken !== undefined) found.filter[key] = taken;
  return undefined;
}

/** Return the condition that a name of a dashboard means. */
const keyOf = (name, type) => (Object.hasOwn(NAMES[type] || {}, name) ? NAMES[type][name] : name);

function takeAttribute(hidden, slug, value) {
  const attributes = (hidden.attributes ||= []);
  const known = attributes.find((one) => one.slug === slug);
  if (known) known.values.push(value);
  else attributes.push({ slug, values: [value] });
}

/** How the control of each kind holds one more value: `(before, value, comparison)`, undefined for an unknown value. */
const TAKEN = {
  text: (before, value) => value,
  words: (before, value) => (before ? `${before}, ${value}` : value),
  many: (before = [], value) => [...before, value],
  yesNo: (before, value) => FLAGS[value],
  stock: (before, value) => (["IN_STOCK", "OUT_OF_STOCK"].includes(value) ? value : undefined),
  range: (before, value, comparison) => (Number.isFinite(Number(value)) ? bound(before, value, comparison) : undefined),
  dates: (before, value, comparison) => (/^\d{4}-\d\d-\d\d/.test(value) ? bound(before, value.slice(0, 10), comparison) : undefined),
};

function bound(before = {}, value, comparison) {
  if (comparison === LOWER) return { ...before, lte: value };
  if (comparison === GREATER) return { ...before, gte: value };
  if (comparison === BETWEEN) return before.gte ? { ...before, lte: value } : { gte: value };
  return { gte: value, lte: value };
}
