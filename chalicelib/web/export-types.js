// All that the page knows about each export type. A new type is one more entry here.
//
// permission   the type is offered only to people who have it
// mutation     the mutation that starts an export, and `input`, the type of its argument
// preview      the field of `ExportPreviewInput` that holds this input
// idType       the type in a global ID; `numericIds` if a plain number is a valid ID too
// scopes       which records can be chosen
// conditions   what scope FILTER can ask for: `kind` names the control, `channel` marks a condition that
//              looks at exactly one channel, `options` names the list of choices
// hasOptions   columns and conditions name entries of the shop's lists (`exportOptions`)
// canBeLive    an export can read facts from the shop itself (`freshness`)
// hasCodes     records are found by whole codes, which are secrets; all others are searched by name (`exportRecords`)
// ofVoucher    scope ALL means all codes of one voucher
// usualColumns the keys of the columns that a file begins with; the prices and stocks of products follow
// words        the texts about this type, `columns` are the names by key; the texts of the page itself are in texts.js

const CODES_HINT = "One code a line, or separated by commas. IDs work too.";

export const EXPORT_TYPES = {
  products: {
    icon: "product",
    permission: "MANAGE_PRODUCTS",
    mutation: "exportProducts",
    input: "ExportProductsInput",
    preview: "products",
    idType: "Product",
    numericIds: true,
    scopes: ["ALL", "IDS", "FILTER"],
    hasOptions: true,
    canBeLive: true,
    conditions: [
      { key: "search", kind: "text", label: "Search words" },
      { key: "categories", kind: "many", options: "categories", label: "Categories" },
      { key: "collections", kind: "many", options: "collections", label: "Collections" },
      { key: "productTypes", kind: "many", options: "productTypes", label: "Product types" },
      { key: "isPublished", kind: "yesNo", channel: true, label: "Published" },
      { key: "isAvailable", kind: "yesNo", channel: true, label: "Available for purchase" },
      { key: "stockAvailability", kind: "stock", channel: true, label: "Stock" },
      { key: "price", kind: "range", channel: true, label: "Price" },
      { key: "giftCard", kind: "yesNo", label: "Gift card product" },
      { key: "updatedAt", kind: "dates", label: "Last changed" },
    ],
    usualColumns: ["product.name", "variant.name", "variant.sku", "product.category"],
    words: {
      name: "Products",
      records: ["product", "products"],
      scope: "Products to export",
      scopes: { ALL: "All products", IDS: "Selected products" },
      find: "Search by name or SKU",
      idsHint: "Or paste a list of SKUs, names or IDs, separated by commas or semicolons.",
      rows: "One row per variant.",
      findColumns: "Search: price, cost, stock, barcode, brand …",
      columns: {
        "product.name": "Product name",
        "variant.sku": "SKU",
        "variant.name": "Variant",
        "product.category": "Category",
        "product.type": "Product type",
        "product.collections": "Collections",
        "variant.stock.total": "Total stock",
        "product.description.text": "Description",
        "product.images": "Product images",
        "variant.images": "Variant images",
        "product.slug": "Slug",
        "product.weight": "Product weight",
        "variant.weight": "Variant weight",
        "product.updated": "Last changed",
        "product.created": "Created",
        "product.rating": "Rating",
        "product.tax_class": "Tax class",
        "product.seo.title": "SEO title",
        "product.seo.description": "SEO description",
        "product.external_reference": "External reference",
        "variant.external_reference": "External reference of the variant",
        "variant.updated": "Variant last changed",
        "variant.created": "Variant created",
        "product.id": "Product ID",
        "variant.id": "Variant ID",
        "product.description": "Description as stored",
      },
    },
  },
  gift_cards: {
    icon: "gift",
    permission: "MANAGE_GIFT_CARD",
    mutation: "exportGiftCards",
    input: "ExportGiftCardsInput",
    preview: "giftCards",
    idType: "GiftCard",
    numericIds: true,
    hasCodes: true,
    scopes: ["ALL", "IDS", "FILTER"],
    conditions: [
      { key: "code", kind: "text", label: "Code" },
      { key: "isActive", kind: "yesNo", label: "Active" },
      { key: "tags", kind: "words", label: "Tags" },
      { key: "createdByEmail", kind: "text", label: "Created by (email)" },
      { key: "currency", kind: "text", label: "Currency, for example EUR" },
      { key: "currentBalance", kind: "range", label: "Current balance" },
      { key: "initialBalance", kind: "range", label: "Initial balance" },
    ],
    usualColumns: ["code", "initial_balance", "current_balance", "currency", "active", "expiry", "tags", "created"],
    words: {
      name: "Gift cards",
      records: ["gift card", "gift cards"],
      scope: "Gift cards to export",
      scopes: { ALL: "All unused gift cards", IDS: "Selected gift cards" },
      find: "Codes of gift cards",
      idsHint: CODES_HINT,
      rows: "Used gift cards are left out.",
      findColumns: "Search: balance, expiry …",
      columns: {
        code: "Code",
        initial_balance: "Initial balance",
        current_balance: "Current balance",
        currency: "Currency",
        active: "Active",
        expiry: "Expiry",
        tags: "Tags",
        created: "Created",
        last_used: "Last used",
        product: "Product",
      },
    },
  },
  voucher_codes: {
    icon: "code",
    permission: "MANAGE_DISCOUNTS",
    mutation: "exportVoucherCodes",
    input: "ExportVoucherCodesInput",
    preview: "voucherCodes",
    idType: "VoucherCode",
    hasCodes: true,
    scopes: ["ALL", "IDS"],
    ofVoucher: true,
    conditions: [],
    usualColumns: ["code", "voucher", "used", "uses_left", "active", "created"],
    words: {
      name: "Voucher codes",
      records: ["code", "codes"],
      scope: "Voucher codes to export",
      scopes: { ALL: "All codes of a voucher", IDS: "Selected codes" },
      find: "Voucher codes",
      idsHint: CODES_HINT,
      rows: "One row per code.",
      findColumns: "Search: used, active …",
      columns: {
        code: "Code",
        voucher: "Voucher",
        used: "Used",
        uses_left: "Uses left",
        active: "Active",
        created: "Created",
      },
    },
  },
};

/** Return an export type by name. An export of a type that this page does not know yet still has a name. */
export const typeOf = (name) => EXPORT_TYPES[name] || { icon: "product", scopes: [], conditions: [], words: { name, records: [name, name] } };

/** Return the name of an export type as people read it. */
export const nameOfType = (name) => typeOf(name).words.name;

// Exports without a title have the English name of their type as one.
const DEFAULT_TITLES = Object.fromEntries(Object.entries(EXPORT_TYPES).map(([name, { words }]) => [name, words.name]));

/** Return the title of an export. The name of its type is in the language of the page. */
export const titleOf = ({ title, exportType }) => (title === DEFAULT_TITLES[exportType] ? nameOfType(exportType) : title);

/** Return the names of the types that someone with these permissions can export. */
export const allowedTypes = (permissions) =>
  Object.keys(EXPORT_TYPES).filter((name) => permissions.includes(EXPORT_TYPES[name].permission));
