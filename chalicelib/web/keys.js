// The columns of each export type: their keys, the names that people read, and other words that find them.

import { EXPORT_TYPES } from "./export-types.js";
import { texts } from "./texts.js";

export const MAX_LABEL_CHARACTERS = 100;
const MAX_DEFAULT_PRICES = 3; // more would push the stock out of view
const MAX_DEFAULT_STOCKS = 3;

/** Families of columns: one column for each entry of a list, if the entry has the property `of`. */
const FAMILIES = [
  { prefix: "variant.price", list: "channels" },
  { prefix: "variant.stock", list: "warehouses" },
  { prefix: "variant.cost", list: "channels" },
  { prefix: "product.published", list: "channels" },
  { prefix: "product.attribute", list: "attributes", of: "ofProducts" },
  { prefix: "variant.attribute", list: "attributes", of: "ofVariants" },
  { prefix: "product.published_at", list: "channels" },
  { prefix: "product.publication_date", list: "channels" },
  { prefix: "product.searchable", list: "channels" },
  { prefix: "product.available_at", list: "channels" },
  { prefix: "product.currency", list: "channels" },
  { prefix: "variant.currency", list: "channels" },
  { prefix: "variant.preorder_threshold", list: "channels" },
  ...["product.name", "variant.name", "product.description.text", "product.slug", "product.seo.title", "product.seo.description"]
    .map((prefix) => ({ prefix, list: "languages" })),
];
const METADATA = ["product.metadata", "variant.metadata"];
const NUMBERS = /\.(price|cost|stock|weight|rating)\b|balance|^used$|uses_left/;

/** Return the columns that a type has in this shop: `key`, `name` for people, `hint`, and `words` that find the column. */
export function columnsOf(type, options) {
  const { columns } = EXPORT_TYPES[type].words;
  const fixed = Object.entries(columns).map(([key, name]) => column(key, name, "", texts.columns.synonyms[key]));
  return [...fixed, ...FAMILIES.flatMap((family) => membersOf(family, options))];
}

function membersOf({ prefix, list, of }, options) {
  const { families, hints, synonyms } = texts.columns;
  return (options[list] || []).filter((one) => !of || one[of]).map((one) => {
    const hint = one.currencyCode || one.hint || hints[prefix] || "";
    const name = families[prefix]?.(one.name, one) || families.translated(EXPORT_TYPES.products.words.columns[prefix], one.name);
    return column(`${prefix}.${one.slug}`, name, hint, `${synonyms[prefix] || ""} ${one.slug}`);
  });
}

const column = (key, name, hint, words = "") => ({ key, name, hint, words: `${name} ${hint} ${words}`.toLowerCase() });

/** Return the columns that all typed words find. */
export function foundIn(columns, search) {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  return columns.filter(({ words }) => wanted.every((word) => words.includes(word)));
}

/** Return columns for a key of metadata, which the service cannot list. */
export const metadataColumns = (key) => METADATA.map((prefix) => column(`${prefix}.${key}`, key, texts.columns.hints[prefix]));

/** Return the columns as a request has them. Headers that no one has typed are the service's. */
export const chosenOf = (columns) => columns.map(({ key }) => ({ key }));

/** Return the labels of the columns that a type has, by key. */
export const labelsOf = (type, options) => new Map(columnsOf(type, options).map(({ key, name }) => [key, name.slice(0, MAX_LABEL_CHARACTERS).trim()]));

/** Return the columns of a file that most people want from this shop. Prices of `channel` come first. */
export function defaultColumns(type, options, channel) {
  const known = new Set(columnsOf(type, options).map(({ key }) => key));
  return [...EXPORT_TYPES[type].usualColumns, ...usualOf(options, channel)].filter((key) => known.has(key)).map((key) => ({ key }));
}

/** Return the keys of the usual prices and stocks of products. */
function usualOf({ channels = [], warehouses = [] }, channel) {
  const first = channels.find(({ id }) => id === channel);
  const priced = first ? [first] : channels.slice(0, MAX_DEFAULT_PRICES);
  const stocks = warehouses.length <= MAX_DEFAULT_STOCKS ? warehouses.map(({ slug }) => `variant.stock.${slug}`) : ["variant.stock.total"];
  return [
    ...priced.map(({ slug }) => `variant.price.${slug}`), ...stocks, ...priced.slice(0, 1).map(({ slug }) => `product.published.${slug}`),
  ];
}

/** Return whether the cells of a column are numbers, which read best on the right. */
export const isNumeric = (key) => NUMBERS.test(key);

const FIELDS = {
  NAME: "product.name",
  DESCRIPTION: "product.description",
  PRODUCT_TYPE: "product.type",
  CATEGORY: "product.category",
  PRODUCT_WEIGHT: "product.weight",
  COLLECTIONS: "product.collections",
  CHARGE_TAXES: "product.charge_taxes",
  PRODUCT_MEDIA: "product.images",
  VARIANT_ID: "variant.id",
  VARIANT_SKU: "variant.sku",
  VARIANT_WEIGHT: "variant.weight",
  VARIANT_MEDIA: "variant.images",
};
// The columns of a channel in the order of the contract.
const OF_CHANNELS = [
  "product.currency", "product.published", "product.publication_date", "product.published_at", "product.searchable",
  "product.available_at", "variant.price", "variant.currency", "variant.cost", "variant.preorder_threshold",
];

/** Return the columns of an `exportInfo` one by one, in the order and with the headers of its file. */
export function columnsOfInfo({ fields = [], attributes = [], warehouses = [], channels = [] }, options) {
  // The service sorts these by slug, as Python sorts texts. Keys may end in an ID: an entry beyond the options has no slug here.
  const chosen = (list, ids) => ids.map((id) => options[list].find((one) => one.id === id) || { id, slug: id, ofProducts: true }).toSorted(bySlug);
  const family = (prefix, entries) => entries.map(({ slug }) => `${prefix}.${slug}`);
  const found = chosen("attributes", attributes);
  return [
    "product.id",
    ...fields.map((field) => FIELDS[field]),
    ...family("product.attribute", found.filter(({ ofProducts }) => ofProducts)),
    ...family("variant.attribute", found.filter(({ ofVariants }) => ofVariants)),
    ...family("variant.stock", chosen("warehouses", warehouses)),
    ...chosen("channels", channels).flatMap((channel) => OF_CHANNELS.map((prefix) => `${prefix}.${channel.slug}`)),
  ].map((key) => ({ key }));
}

const bySlug = (one, other) => (one.slug < other.slug ? -1 : Number(one.slug > other.slug));
