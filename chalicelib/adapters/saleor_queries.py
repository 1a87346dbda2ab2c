"""The queries that Waybill sends to a shop, valid on Saleor 3.22, 3.23 and 3.24.

Each asks for `app { id }`, see `adapters/saleor.py`. Pages hold 100 records, the most that Saleor
gives and the cheapest per record (0.76 s for 100 products, 0.12 s for 10).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

RECORDS_PER_PAGE: Final = 100

DESCRIBE_APP: Final = "{ app { id identifier isActive permissions { code } } shop { version } }"

_VALUES: Final = (
    "values { id name value slug reference file { url } richText plainText boolean date dateTime }"
)
_ATTRIBUTES: Final = f"attributes {{ attribute {{ id }} {_VALUES} }}"
_SHARED: Final = "id name updatedAt externalReference weight { unit value } metadata { key value }"
_MEDIA: Final = "media { id url(size: 0) type alt }"
_STOCKS: Final = "stocks { warehouse { id } quantity quantityAllocated quantityReserved }"

PRODUCT_FACTS: Final = f"""
{_SHARED} slug description created rating seoTitle seoDescription taxClass {{ name }}
productType {{ id }} category {{ id }} collections {{ id }} {_MEDIA} {_ATTRIBUTES}
channelListings {{ channel {{ id }} publishedAt isPublished visibleInListings
  availableForPurchaseAt discountedPrice {{ amount }} }}
variants {{ {_SHARED} sku created trackInventory {_MEDIA} {_ATTRIBUTES} {_STOCKS}
  preorder {{ endDate }}
  channelListings {{ channel {{ id }} price {{ amount }} costPrice {{ amount }}
    preorderThreshold {{ quantity }} }} }}
"""

FETCH_PRODUCTS: Final = f"""
query Fetch($ids: [ID!], $first: Int!) {{ app {{ id }}
  page: products(first: $first, where: {{ids: $ids}}) {{ edges {{ node {{ {PRODUCT_FACTS} }} }} }} }}
"""
# CREATED_AT is the one order that edits in the middle of a walk leave alone.
WALK_PRODUCTS: Final = """
query Walk($first: Int!, $after: String) { app { id }
  page: products(first: $first, after: $after, sortBy: {field: CREATED_AT, direction: ASC}) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { id updatedAt variants { id updatedAt } } } } }
"""
CHANGED_PRODUCTS: Final = """
query Changed($first: Int!, $after: String, $since: DateTime!) { app { id }
  page: products(first: $first, after: $after, where: {updatedAt: {range: {gte: $since}}},
      sortBy: {field: CREATED_AT, direction: ASC}) {
    pageInfo { hasNextPage endCursor } edges { node { id updatedAt } } } }
"""
CHANGED_VARIANTS: Final = """
query ChangedVariants($first: Int!, $after: String, $since: DateTime!) { app { id }
  page: productVariants(first: $first, after: $after, where: {updatedAt: {gte: $since}}) {
    pageInfo { hasNextPage endCursor } edges { node { product { id } updatedAt } } } }
"""
WALK_STOCKS: Final = f"""
query Stocks($first: Int!, $after: String) {{ app {{ id }}
  page: products(first: $first, after: $after, sortBy: {{field: CREATED_AT, direction: ASC}}) {{
    totalCount pageInfo {{ hasNextPage endCursor }} edges {{ node {{ id variants {{ id {_STOCKS} }} }} }} }} }}
"""


def _dictionary(name: str, facts: str, arguments: str = "") -> str:
    return (
        "query Names($first: Int!, $after: String) { app { id } "
        f"page: {name}(first: $first, after: $after{arguments}) {{ totalCount "
        f"pageInfo {{ hasNextPage endCursor }} edges {{ node {{ id name slug {facts} }} }} }} }}"
    )


_TYPES: Final = "(first: 100) { edges { node { id slug } } }"
DICTIONARIES: Final[Mapping[str, str]] = {
    "attributes": _dictionary(
        "attributes",
        f"type inputType entityType unit productTypes{_TYPES} productVariantTypes{_TYPES}",
        ", where: {type: {eq: PRODUCT_TYPE}}",
    ),
    "categories": _dictionary(
        "categories", "level parent { id } ancestors(first: 100) { edges { node { id slug } } }"
    ),
    "collections": _dictionary("collections", ""),
    "product_types": _dictionary("productTypes", "kind"),
    "warehouses": _dictionary(
        "warehouses",
        "isPrivate clickAndCollectOption "
        "shippingZones(first: 100) { edges { node { id channels { id slug } } } }",
    ),
}
# Channels and the shop itself come whole, without pages.
CHANNELS: Final = """
{ app { id } channels { id name slug isActive currencyCode
  warehouses { id slug } stockSettings { allocationStrategy } defaultCountry { code } } }
"""
SHOP: Final = "{ app { id } shop { name version defaultWeightUnit domain { host url } } }"

REPORT_PROBLEM: Final = """
mutation Report($key: String!, $message: String!) {
  appProblemCreate(input: {key: $key, message: $message}) { appProblem { id } } }
"""
