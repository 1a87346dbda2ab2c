"""Read gift cards and voucher codes from a shop through its GraphQL API.

The queries are valid on Saleor 3.22, 3.23 and 3.24, and ask for `app { id }` as all others do, see
`client`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from chalicelib.adapters.saleor.client import SaleorApi
from chalicelib.adapters.saleor.queries import LIVE_FACTS, RECORDS_PER_PAGE
from chalicelib.domain.shop_api import Connection, Node, NodePage

_CARD: Final = """
id code isActive created expiryDate lastUsedOn createdByEmail usedByEmail product { id name }
tags { name } initialBalance { amount currency } currentBalance { amount currency }
metadata { key value }
"""
# CREATED_AT keeps new cards behind the old ones. Saleor's own export leaves used cards out, by the
# same filter.
GIFT_CARDS: Final = f"""
query Cards($first: Int, $after: String, $last: Int) {{ app {{ id }}
  page: giftCards(first: $first, after: $after, last: $last, filter: {{used: false}},
      sortBy: {{field: CREATED_AT, direction: ASC}}) {{
    totalCount pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {_CARD} }} }} }} }}
"""
# What fixes the bounds of a segment, at half the price of whole cards.
GIFT_CARD_IDS: Final = GIFT_CARDS.replace(_CARD, " id created ")
_CODE: Final = "id code used isActive createdAt"
_CODES: Final = """
query Codes($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { app { id }
  voucher(id: $id) { id name usageLimit
    page: codes(first: $first, after: $after, last: $last, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { node { %s } } } } }
"""
VOUCHER_CODES: Final = _CODES % _CODE
VOUCHER_CODE_IDS: Final = _CODES % "id code createdAt"
_VOUCHERS: Final = """ totalCount pageInfo { hasNextPage endCursor }
    edges { node { id name codes(first: 1) { totalCount } } } """
VOUCHERS: Final = f"""
query Vouchers($first: Int!, $after: String) {{ app {{ id }}
  page: vouchers(first: $first, after: $after) {{{_VOUCHERS}}} }}
"""
# A field that is asked for each of many values: the type of the value, and the field.
_CARD_BY_ID: Final = ("ID!", f"giftCard(id: $value) {{ {_CARD} }}")
_UNUSED_BY_CODE: Final = (
    "String!",
    "giftCards(first: 1, filter: {used: false, code: $value}) { edges { node { id } } }",
)
# Saleor finds a voucher by any part of its codes, in any case.
_VOUCHERS_BY_CODE: Final = (
    "String!",
    f"vouchers(first: 20, filter: {{search: $value}}) {{{_VOUCHERS}}}",
)
_NO_PAGE: Final[Node] = {"edges": (), "totalCount": 0, "pageInfo": {"hasNextPage": False}}


@dataclass(frozen=True, slots=True)
class SaleorLive:
    """`LiveRecords` of a shop on Saleor."""

    api: SaleorApi

    def read_gift_cards(
        self, connection: Connection, after: str | None, size: int, *, ids_only: bool = False
    ) -> NodePage:
        """Return a page of `giftCards`."""
        query = GIFT_CARD_IDS if ids_only else GIFT_CARDS
        data = self._ask(connection, query, {"first": size, "after": after})
        return _forwards(data["page"])

    def find_last_gift_card(self, connection: Connection) -> NodePage:
        """Return the last page of `giftCards`, with one card."""
        return _page(self._ask(connection, GIFT_CARD_IDS, {"last": 1})["page"], None)

    def find_gift_cards(self, connection: Connection, ids: Sequence[str]) -> tuple[Node, ...]:
        """Return what `giftCard(id)` answers for each id."""
        cards = [one for one in self._ask_each(connection, _CARD_BY_ID, ids) if one is not None]
        codes = [card["code"] for card in cards if _may_be_used(card)]
        pages = self._ask_each(connection, _UNUSED_BY_CODE, codes)
        unused = {edge["node"]["id"] for page in pages for edge in page["edges"]}
        return tuple(
            {**card, "used": _may_be_used(card) and card["id"] not in unused} for card in cards
        )

    def find_gift_card_ids(self, connection: Connection, codes: Sequence[str]) -> Mapping[str, str]:
        """Return what `giftCards` finds for each code, which it compares as a whole."""
        pages = self._ask_each(connection, _UNUSED_BY_CODE, codes)
        return {
            code: edge["node"]["id"]
            for code, page in zip(codes, pages, strict=True)
            for edge in page["edges"]
        }

    def find_products(self, connection: Connection, ids: Sequence[str]) -> tuple[Node, ...]:
        """Return the facts of `products(where: {ids})`. Saleor gives null for an empty list."""
        variables = {"ids": list(ids), "first": RECORDS_PER_PAGE}
        page = self._ask(connection, LIVE_FACTS, variables)["page"]
        return tuple(_with_lists(edge["node"]) for edge in page["edges"])

    def read_codes(
        self,
        connection: Connection,
        voucher_id: str,
        cursor: str | None,
        size: int,
        *,
        backwards: bool = False,
        ids_only: bool = False,
    ) -> NodePage:
        """Return a page of `voucher.codes`; an unknown voucher has none."""
        query = VOUCHER_CODE_IDS if ids_only else VOUCHER_CODES
        sized = {"last": size, "before": cursor} if backwards else {"first": size, "after": cursor}
        voucher = self._ask(connection, query, {"id": voucher_id, **sized})["voucher"]
        page = voucher["page"] if voucher and voucher["page"] else _NO_PAGE
        found = _backwards(page) if backwards else _forwards(page)
        return replace(found, nodes=tuple({**node, "voucher": voucher} for node in found.nodes))

    def read_vouchers(self, connection: Connection, after: str | None, size: int) -> NodePage:
        """Return a page of `vouchers`."""
        return _forwards(self._ask(connection, VOUCHERS, {"first": size, "after": after})["page"])

    def find_vouchers_of_codes(
        self, connection: Connection, codes: Sequence[str]
    ) -> tuple[NodePage, ...]:
        """Return what `vouchers` finds for each code: a search costs Saleor a look at all codes."""
        return tuple(map(_forwards, self._ask_each(connection, _VOUCHERS_BY_CODE, codes)))

    def _ask_each(
        self, connection: Connection, field: tuple[str, str], values: Sequence[str]
    ) -> list[Any]:
        """Return what the field is for each value, asked in one request under aliases."""
        if not values:
            return []
        kind, text = field
        names = [f"one{place}" for place in range(len(values))]
        wanted = ", ".join(f"${name}: {kind}" for name in names)
        fields = " ".join(f"{name}: {text.replace('$value', f'${name}')}" for name in names)
        query = f"query Each({wanted}) {{ app {{ id }} {fields} }}"
        data = self._ask(connection, query, dict(zip(names, values, strict=True)))
        return [data[name] for name in names]

    def _ask(self, connection: Connection, query: str, variables: Mapping[str, Any]) -> Node:
        return self.api.ask(
            connection.api_url, connection.token, query, variables, app_id=connection.app_id
        )


def _with_lists(product: Node) -> Node:
    variants = [
        {
            **variant,
            "stocks": variant["stocks"] or [],
            "channelListings": variant["channelListings"] or [],
        }
        for variant in product["variants"] or ()
    ]
    listings = product["channelListings"] or []
    return {**product, "channelListings": listings, "variants": variants}


def _may_be_used(card: Node) -> bool:
    # The address may also be that of the customer whom a new card is reserved for.
    return card["lastUsedOn"] is not None or card["usedByEmail"] is not None


def _forwards(page: Node) -> NodePage:
    info = page["pageInfo"]
    return _page(page, info["endCursor"] if info["hasNextPage"] else None)


def _backwards(page: Node) -> NodePage:
    info = page["pageInfo"]
    return _page(page, info["startCursor"] if info["hasPreviousPage"] else None)


def _page(page: Node, cursor: str | None) -> NodePage:
    nodes = tuple(edge["node"] for edge in page["edges"])
    return NodePage(nodes=nodes, cursor=cursor, total=page["totalCount"])
