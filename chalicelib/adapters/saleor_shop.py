"""`ShopApi` over Saleor's GraphQL API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from chalicelib.adapters import saleor_queries as queries
from chalicelib.adapters.saleor import SaleorApi
from chalicelib.adapters.saleor_webhook import connect_webhook
from chalicelib.domain.shop_api import AppFacts, Connection, Node, Seen, SeenPage
from chalicelib.errors import ShopRefused, Unavailable

_WALKS: Final[Mapping[str, str]] = {"products": queries.WALK_PRODUCTS}
_CHANGES: Final[Mapping[str, str]] = {
    "products": queries.CHANGED_PRODUCTS,
    "variants": queries.CHANGED_VARIANTS,
}
_FETCHES: Final[Mapping[str, str]] = {"products": queries.FETCH_PRODUCTS}


@dataclass(frozen=True, slots=True)
class SaleorShop:
    """A shop on Saleor 3.22 or later."""

    api: SaleorApi

    def describe_app(self, api_url: str, token: str) -> AppFacts:
        data = self.api.ask_anyone(api_url, token, queries.DESCRIBE_APP)
        app = data.get("app")
        if not app or not app["id"]:
            raise ShopRefused("The shop does not know an app with this token.")
        return AppFacts(
            id=app["id"],
            identifier=app["identifier"] or "",
            permissions=frozenset(one["code"] for one in app["permissions"] or ()),
            saleor_version=data["shop"]["version"],
        )

    def walk(self, connection: Connection, kind: str, after: str | None) -> SeenPage:
        return self._seen(connection, _WALKS[kind], {"after": after})

    def find_changed(
        self, connection: Connection, kind: str, since: datetime, after: str | None
    ) -> SeenPage:
        return self._seen(connection, _CHANGES[kind], {"after": after, "since": since.isoformat()})

    def fetch(self, connection: Connection, kind: str, ids: Sequence[str]) -> tuple[Node, ...]:
        if not ids:
            return ()
        page = self._page(connection, _FETCHES[kind], {"ids": list(ids)})
        return tuple(_nodes(page))

    def read_dictionary(self, connection: Connection, kind: str) -> tuple[Node, ...]:
        if kind == "channels":
            return tuple(self._ask(connection, queries.CHANNELS, {})["channels"] or ())
        if kind == "shop":
            return (self._ask(connection, queries.SHOP, {})["shop"],)
        return tuple(self._all(connection, queries.DICTIONARIES[kind]))

    def connect_webhook(self, connection: Connection, target_url: str) -> str:
        return connect_webhook(self.api, connection, target_url)

    def report_problem(self, connection: Connection, key: str, message: str) -> None:
        # A mutation cannot ask for `app { id }` beside it: its own permission check is the proof.
        self.api.ask_anyone(
            connection.api_url,
            connection.token,
            queries.REPORT_PROBLEM,
            {"key": key, "message": message},
        )

    def _all(self, connection: Connection, query: str) -> Iterator[Node]:
        """Yield the nodes of all pages; raise Unavailable when they are not as many as the total."""
        after: str | None = None
        count = 0
        while True:
            page = self._page(connection, query, {"after": after})
            for node in _nodes(page):
                count += 1
                yield node
            after = _next(page)
            if after is None:
                break
        if page.get("totalCount") not in (None, count):
            raise Unavailable("The shop's list changed while it was read.")

    def _seen(self, connection: Connection, query: str, variables: dict[str, Any]) -> SeenPage:
        page = self._page(connection, query, variables)
        return SeenPage(
            records=tuple(map(_seen, _nodes(page))),
            cursor=_next(page),
            total=page.get("totalCount"),
        )

    def _page(self, connection: Connection, query: str, variables: dict[str, Any]) -> Node:
        sized = {"first": queries.RECORDS_PER_PAGE, **variables}
        page: Node = self._ask(connection, query, sized)["page"]
        return page

    def _ask(self, connection: Connection, query: str, variables: dict[str, Any]) -> Node:
        return self.api.ask(
            connection.api_url, connection.token, query, variables, app_id=connection.app_id
        )


def _nodes(page: Node) -> Iterator[Node]:
    return (edge["node"] for edge in page["edges"])


def _next(page: Node) -> str | None:
    found: str | None = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
    return found


def _seen(node: Node) -> Seen:
    """Return the product of a node, a product's or a variant's, with the latest time in it."""
    times = [node["updatedAt"], *(one["updatedAt"] for one in node.get("variants") or ())]
    product = node.get("product") or node
    return Seen(id=product["id"], updated_at=max(map(datetime.fromisoformat, filter(None, times))))
