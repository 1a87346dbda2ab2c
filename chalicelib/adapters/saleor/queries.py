"""The queries that Waybill sends to a shop, valid on Saleor 3.22, 3.23 and 3.24.

Each asks for `app { id }`, see `client`. Pages hold 100 records, the most that Saleor
gives and the cheapest per record (0.76 s for 100 products, 0.12 s for 10).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

RECORDS_PER_PAGE: Final = 100

DESCRIBE_APP: Final = "{ app { id identifier name permissions { code } } shop { version } }"

_VALUES: Final = (
    "values { id name value slug reference file { url } richText plainText boolean date dateTime }"
)
_ATTRIBUTES: Final = f"attributes {{ attribute {{ id }} {_VALUES} }}"
_SHARED: Final = "id name updatedAt externalReference weight { unit value } metadata { key value }"
_MEDIA: Final = "media { id url(size: 0) type alt }"
_STOCKS: Final = "stocks { warehouse { id } quantity quantityAllocated quantityReserved }"
_LISTINGS: Final = (
    "channelListings { channel { id } publishedAt isPublished visibleInListings "
    "availableForPurchaseAt discountedPrice { amount } }"
)
_PRICES: Final = "channelListings { channel { id } price { amount } costPrice { amount } }"

# Saleor deprecates preorders and removes them after 3.23.
_PREORDER: Final = "preorder { endDate }"
_THRESHOLD: Final = "preorderThreshold { quantity }"

PRODUCT_FACTS: Final = f"""
{_SHARED} slug description created rating seoTitle seoDescription taxClass {{ name }}
productType {{ id }} category {{ id }} collections {{ id }} {_MEDIA} {_ATTRIBUTES}
{_LISTINGS}
variants {{ {_SHARED} sku created trackInventory {_MEDIA} {_ATTRIBUTES} {_STOCKS}
  {_PREORDER}
  channelListings {{ channel {{ id }} price {{ amount }} costPrice {{ amount }}
    {_THRESHOLD} }} }}
"""

_TRANSLATED: Final = "name slug description seoTitle seoDescription"


def alias_of(language: str) -> str:
    """Return the alias of the texts in a language: `in_pt_br` for `pt-br`."""
    return f"in_{language.replace('-', '_')}"


def with_translations(query: str, languages: Sequence[str]) -> str:
    """Return a query for products that also asks for the texts in these languages."""
    codes = {alias_of(one): one.replace("-", "_").upper() for one in languages}
    of_product, of_variant = (
        " ".join(
            f"{alias}: translation(languageCode: {code}) {{ {texts} }}"
            for alias, code in codes.items()
        )
        for texts in (_TRANSLATED, "name")
    )
    return query.replace("node { ", f"node {{ {of_product} ", 1).replace(
        "variants { ", f"variants {{ {of_variant} ", 1
    )


FETCH_PRODUCTS: Final = f"""
query Fetch($ids: [ID!], $first: Int!) {{ app {{ id }}
  page: products(first: $first, where: {{ids: $ids}}) {{
    edges {{ node {{ {PRODUCT_FACTS} }} }} }} }}
"""
FETCH_PRODUCTS_WITHOUT_PREORDERS: Final = FETCH_PRODUCTS.replace(_PREORDER, "").replace(
    _THRESHOLD, ""
)
# A third of the work of all facts. The limit of preorders is left out: 3.24 has none.
LIVE_FACTS: Final = f"""
query Live($ids: [ID!], $first: Int!) {{ app {{ id }}
  page: products(first: $first, where: {{ids: $ids}}) {{ edges {{ node {{ id
    {_LISTINGS.replace("channel { id }", "channel { id currencyCode }")}
    variants {{ id {_STOCKS} {_PRICES.replace("channel { id }", "channel { id currencyCode }")} }}
  }} }} }} }}
"""
# CREATED_AT is the one order that edits in the middle of a walk leave alone.
WALK_PRODUCTS: Final = """
query Walk($first: Int!, $after: String) { app { id }
  page: products(first: $first, after: $after, sortBy: {field: CREATED_AT, direction: ASC}) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { id updatedAt variants { id updatedAt } } } } }
"""
# Both lists in one request. A page that was the last one is left out of the next request.
CHANGED_PRODUCTS: Final = """
query Changed($first: Int!, $since: DateTime!, $products: Boolean!, $afterProducts: String,
    $variants: Boolean!, $afterVariants: String) { app { id }
  products(first: $first, after: $afterProducts, where: {updatedAt: {range: {gte: $since}}},
      sortBy: {field: CREATED_AT, direction: ASC}) @include(if: $products) {
    pageInfo { hasNextPage endCursor } edges { node { id updatedAt } } }
  variants: productVariants(first: $first, after: $afterVariants,
      where: {updatedAt: {gte: $since}}) @include(if: $variants) {
    pageInfo { hasNextPage endCursor } edges { node { product { id } updatedAt } } } }
"""
# Nothing but what changes without an event and moves no time: a third of the work of a whole page.
WALK_STOCKS: Final = f"""
query Stocks($first: Int!, $after: String) {{ app {{ id }}
  page: products(first: $first, after: $after, sortBy: {{field: CREATED_AT, direction: ASC}}) {{
    totalCount pageInfo {{ hasNextPage endCursor }}
    edges {{ node {{ id {_LISTINGS} variants {{ id {_STOCKS} {_PRICES} }} }} }} }} }}
"""


_TYPES: Final = "(first: 100) { edges { node { id slug } } }"
_ZONES: Final = "(first: 100) { edges { node { id channels { id slug } } } }"
# The lists of a shop's dictionaries: their field, what is read of each record, and more arguments.
_LISTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "attributes": (
        "attributes",
        f"type inputType entityType unit productTypes{_TYPES} productVariantTypes{_TYPES}",
        ", where: {type: {eq: PRODUCT_TYPE}}",
    ),
    "collections": ("collections", "", ""),
    "product_types": ("productTypes", "kind", ""),
    "categories": (
        "categories",
        "level parent { id } ancestors(first: 100) { edges { node { id slug } } }",
        "",
    ),
    "warehouses": (
        "warehouses",
        f"isPrivate clickAndCollectOption shippingZones{_ZONES}",
        "",
    ),
}
_CHANNELS: Final = (
    "channels { id name slug isActive currencyCode warehouses { id slug } "
    "stockSettings { allocationStrategy } defaultCountry { code } }"
)
_SHOP: Final = "shop { name version defaultWeightUnit domain { host url } }"


def _list(kind: str, after: str = "") -> str:
    field, facts, arguments = _LISTS[kind]
    # Saleor's parser is older than the literal `null`, so a first page has no `after` at all.
    arguments = f", after: {after}{arguments}" if after else arguments
    return (
        f"{kind}: {field}(first: $first{arguments}) {{ totalCount "
        f"pageInfo {{ hasNextPage endCursor }} edges {{ node {{ id name slug {facts} }} }} }}"
    )


# Two requests: lists in lists multiply, and Saleor allows 50,000 points for one request.
DICTIONARIES: Final[tuple[str, ...]] = tuple(
    f"query Names($first: Int!) {{ app {{ id }} {' '.join(parts)} }}"
    for parts in (
        [_list(kind) for kind in ("attributes", "collections", "product_types")],
        [*(_list(kind) for kind in ("categories", "warehouses")), _CHANNELS, _SHOP],
    )
)
# The pages of a list that has more than one.
DICTIONARY_PAGES: Final[Mapping[str, str]] = {
    kind: ("query More($first: Int!, $after: String) { app { id } " + _list(kind, "$after") + " }")
    for kind in _LISTS
}

FAILED_DELIVERIES: Final = """
query Failed($first: Int!, $after: String) { app { id webhooks { id name
  eventDeliveries(first: $first, after: $after, filter: {status: FAILED},
      sortBy: {field: CREATED_AT, direction: DESC}) {
    pageInfo { hasNextPage endCursor } edges { node { createdAt payload } } } } } }
"""

REPORT_PROBLEM: Final = """
mutation Report($key: String!, $message: String!) {
  appProblemCreate(input: {key: $key, message: $message}) { appProblem { id } } }
"""
DISMISS_PROBLEM: Final = """
mutation Dismiss($keys: [String!]!) {
  appProblemDismiss(input: {byApp: {keys: $keys}}) { errors { message } } }
"""
