// The GraphQL queries and mutations of the page.

import { EXPORT_TYPES } from "./export-types.js";

export const ME = `{
  me { user { email firstName lastName } app { name } permissions shop shopName canConfirmDashboard }
}`;

const EXPORT = `id status canceled createdAt updatedAt message title summary exportType fileType compression fileName fileSize rowCount rowsDone rowsTotal
  progress expiresAt user { email firstName lastName } app { name }`;

const listed = (more) => `query ($filter: ExportFileFilterInput, $sort: ExportFileSortingInput,
    $first: Int, $last: Int, $after: String, $before: String) {
  exportFiles(filter: $filter, sortBy: $sort, first: $first, last: $last, after: $after, before: $before) {
    ${more} pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { node { ${EXPORT} } }
  }
}`;

export const EXPORTS = listed("totalCount");
/** Older pages while searching. Counting each time would cost more than the page. */
export const OLDER = listed("");

export const ONE = `query ($id: ID!) { exportFile(id: $id) { ${EXPORT} } }`;

export const TOTALS = `query ($mine: ExportFileFilterInput) {
  all: exportFiles(first: 1) { totalCount }
  own: exportFiles(first: 1, filter: $mine) { totalCount }
}`;

export const DETAILS = `query ($id: ID!) {
  exportFile(id: $id) { ${EXPORT} sha256 formulas request
    asOf { facts at }
    events { id date type message user { email firstName lastName } app { name } }
    downloads { date user { email firstName lastName } app { name } }
  }
}`;

export const HEADER = "query ($input: ExportInfoInput) { exportHeader(input: $input) }";

export const LABELS = "query ($type: String!) { exportColumns(exportType: $type) { key label } }";

export const REQUEST = "query ($id: ID!) { exportFile(id: $id) { exportType request } }";

// The most entries of a list in one answer. Searching finds the others.
export const MAX_LISTED = 500;

// The columns of names in other languages, which begin so, say which languages the shop has.
export const TRANSLATED = "product.name.";

export const PRODUCT_OPTIONS = `{
  translated: exportColumns(exportType: "products", search: "${TRANSLATED}") { key }
  exportOptions {
    attributes(first: 500) { id name slug ofProducts ofVariants }
    warehouses(first: 500) { id name slug }
    channels(first: 500) { id name slug currencyCode }
    categories(first: 500) { id name slug }
    collections(first: 500) { id name slug }
    productTypes(first: 500) { id name slug }
  }
}`;

/** Return the query that searches one list of options, such as `categories`. */
export const searchOptions = (list) =>
  `query ($search: String) { exportOptions { ${list}(search: $search, first: 100) { id name slug } } }`;

export const SEARCH_ATTRIBUTES = `query ($search: String) {
  exportOptions { attributes(search: $search, first: 100) { id name slug ofProducts ofVariants } }
}`;

export const VOUCHERS = `query ($search: String) {
  exportOptions { vouchers(search: $search, first: 100) { id name codes } }
}`;

export const RECORDS = `query ($type: String!, $search: String, $names: [String!], $ids: [ID!], $first: Int, $start: Float) {
  exportRecords(exportType: $type, search: $search, names: $names, ids: $ids, first: $first, start: $start) { records { id name otherNames } next }
}`;

export const PREVIEW = `query ($input: ExportPreviewInput!, $first: Int) {
  exportPreview(input: $input, first: $first) { headers rows recordCount rowCount isExact fileSize }
}`;

export const STATISTICS = `{
  exportStatistics(days: 30) {
    isComplete
    days { date exports failed rows }
    runs { exportType rows seconds }
    people { name user app exports rows }
  }
}`;

const payload = `{ errors { field message code } exportFile { ${EXPORT} } }`;

/** Return the mutation that starts an export of this type. */
export function startMutation(type) {
  const { mutation, input } = EXPORT_TYPES[type];
  return `mutation ($input: ${input}!) { ${mutation}(input: $input) ${payload} }`;
}

export const CANCEL = `mutation ($id: ID!) { exportFileCancel(id: $id) ${payload} }`;
export const DELETE = `mutation ($id: ID!) { exportFileDelete(id: $id) ${payload} }`;
export const RETRY = `mutation ($id: ID!) { exportFileRetry(id: $id) ${payload} }`;

const TEMPLATE = "id name exportType summary request isShared isBuiltIn problem";
export const TEMPLATES = `query ($type: String) { exportTemplates(exportType: $type) { ${TEMPLATE} } }`;

const templatePayload = `{ errors { field message code } exportTemplate { ${TEMPLATE} } }`;
export const SAVE_TEMPLATE = `mutation ($input: ExportTemplateInput!) { exportTemplateSave(input: $input) ${templatePayload} }`;
export const REMOVE_TEMPLATE = `mutation ($id: ID!) { exportTemplateRemove(id: $id) ${templatePayload} }`;
export const CONFIRM_DASHBOARD = "mutation ($url: String!) { dashboardConfirm(url: $url) { errors { field message code } url } }";
