"""`ShopApi` over Saleor's GraphQL API."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from chalicelib.adapters.saleor import queries
from chalicelib.adapters.saleor.client import SaleorApi
from chalicelib.adapters.saleor.webhook import NAME as WEBHOOK_NAME
from chalicelib.adapters.saleor.webhook import connect_webhook
from chalicelib.domain.shop_api import (
    DESCRIBE_SECONDS,
    AppFacts,
    Connection,
    FailedDelivery,
    Node,
    NodePage,
    Seen,
    SeenPage,
)
from chalicelib.errors import PageBroken, ShopRefused, ShopUnavailable

log: Final = logging.getLogger("waybill")

KEYS_SECONDS: Final = 3
MAX_KEY_SET_BYTES: Final = 256_000
_WALKS: Final[Mapping[str, str]] = {"products": queries.WALK_PRODUCTS}
_CHANGED: Final = ("products", "variants")
_UNKNOWN_FIELD: Final = "Cannot query field"
# The name of the type in which Saleor says that it does not know a language.
_LANGUAGES: Final = "LanguageCodeEnum"


class _Permission(msgspec.Struct):
    code: str


class _App(msgspec.Struct):
    id: str
    identifier: str | None = None
    name: str | None = None
    permissions: list[_Permission] | None = None


class _Version(msgspec.Struct):
    version: str | None = None


class _Described(msgspec.Struct):
    """What a shop says of the app whose token was sent."""

    app: _App | None = None
    shop: _Version | None = None


@dataclass(frozen=True, slots=True)
class SaleorShop:
    """A shop on Saleor 3.22 or later. `without_preorders` are the APIs that removed them.

    `languages` are those whose translations are read, as `de` or `pt-br`.
    """

    api: SaleorApi
    languages: Sequence[str] = ()
    without_preorders: set[str] = field(default_factory=set)

    def describe_app(
        self, api_url: str, token: str, *, seconds: float = DESCRIBE_SECONDS
    ) -> AppFacts:
        """Return the facts about the app with this token; ShopRefused if there is none."""
        data = self.api.ask_anyone(api_url, token, queries.DESCRIBE_APP, seconds=seconds)
        try:
            found = msgspec.convert(data, _Described)
        except msgspec.ValidationError as error:
            # Strangers can let Waybill ask any host of a domain that may install the app.
            raise ShopUnavailable("The shop does not answer as Saleor does.") from error
        app = found.app
        if app is None or not app.id:
            raise ShopRefused("The shop does not know an app with this token.")
        return AppFacts(
            id=app.id,
            identifier=app.identifier or "",
            permissions=frozenset(one.code for one in app.permissions or ()),
            saleor_version=(found.shop and found.shop.version) or "",
            name=app.name or "",
        )

    def read_keys(self, url: str) -> bytes:
        """Return the document with the shop's public keys."""
        answer = self.api.http.send("GET", url, seconds=KEYS_SECONDS, max_bytes=MAX_KEY_SET_BYTES)
        if answer.status != 200:
            raise ShopUnavailable(f"The shop's keys were answered with status {answer.status}.")
        return answer.body

    def walk(self, connection: Connection, kind: str, after: str | None) -> SeenPage:
        """Return the next page of ids and times, in the order of creation."""
        return self._seen(connection, _WALKS[kind], {"after": after})

    def find_changed(
        self, connection: Connection, kind: str, since: datetime, after: str | None
    ) -> SeenPage:
        """Return products that changed, or whose variants did; one cursor covers both lists."""
        cursors = json.loads(after) if after else dict.fromkeys(_CHANGED)
        variables: dict[str, Any] = {"first": queries.RECORDS_PER_PAGE, "since": since.isoformat()}
        for name in _CHANGED:
            variables |= {name: name in cursors, f"after{name.title()}": cursors.get(name)}
        data = self._ask(connection, queries.CHANGED_PRODUCTS, variables)
        pages = {name: data[name] for name in cursors}
        # The lists end at different pages; the one that has ended is not asked again.
        left = {name: cursor for name, page in pages.items() if (cursor := _next(page))}
        records = tuple(_seen(node) for page in pages.values() for node in _nodes(page))
        return SeenPage(records=records, cursor=json.dumps(left) if left else None)

    def fetch(self, connection: Connection, kind: str, ids: Sequence[str]) -> tuple[Node, ...]:
        """Return the records of these ids that the shop knows."""
        if not ids:
            return ()
        try:
            return self._fetch(connection, ids)
        except PageBroken as error:
            # Every product would seem to be one that the shop cannot show.
            if _LANGUAGES in str(error):
                raise ShopUnavailable(
                    f"TranslationLanguages has an unknown one: {error}"
                ) from error
            if _UNKNOWN_FIELD not in str(error):
                raise
            if connection.api_url in self.without_preorders:
                raise ShopUnavailable("The shop's version lacks a field of products.") from error
        self.without_preorders.add(connection.api_url)
        return self._fetch(connection, ids)

    def walk_stocks(self, connection: Connection, kind: str, after: str | None) -> NodePage:
        """Return the next page of variants with their stocks."""
        page = self._page(connection, queries.WALK_STOCKS, {"after": after})
        return NodePage(nodes=tuple(_nodes(page)), cursor=_next(page), total=page.get("totalCount"))

    def find_failed_deliveries(
        self, connection: Connection, since: datetime, limit: int
    ) -> tuple[FailedDelivery, ...]:
        """Return at most `limit` of the deliveries that failed since a time, the newest first."""
        found: list[FailedDelivery] = []
        after: str | None = None
        while True:
            variables = {"first": queries.RECORDS_PER_PAGE, "after": after}
            page = _deliveries(self._ask(connection, queries.FAILED_DELIVERIES, variables))
            read = [_delivery(node) for node in _nodes(page)]
            found += [one for one in read if one.created_at >= since]
            after = _next(page)
            if after is None or read[-1].created_at < since or len(found) >= limit:
                return tuple(found[:limit])

    def read_dictionaries(self, connection: Connection) -> Mapping[str, tuple[Node, ...]]:
        """Return all records of the small kinds, by kind."""
        found: dict[str, tuple[Node, ...]] = {}
        sized = {"first": queries.RECORDS_PER_PAGE}
        for query in queries.DICTIONARIES:
            data = self._ask(connection, query, sized)
            for kind in queries.DICTIONARY_PAGES.keys() & data.keys():
                found[kind] = tuple(self._all(connection, kind, data[kind]))
            if "shop" in data:
                found |= {"channels": tuple(data["channels"] or ()), "shop": (data["shop"],)}
        return found

    def connect_webhook(self, connection: Connection, target_url: str) -> str:
        """Create or correct the webhook and return its id."""
        return connect_webhook(self.api, connection, target_url)

    def report_problem(self, connection: Connection, key: str, message: str) -> None:
        """Show staff a problem in their dashboard."""
        self._tell(connection, queries.REPORT_PROBLEM, {"key": key, "message": message})

    def dismiss_problem(self, connection: Connection, key: str) -> None:
        """Remove a problem from the dashboard."""
        self._tell(connection, queries.DISMISS_PROBLEM, {"keys": [key]})

    def _tell(self, connection: Connection, mutation: str, variables: dict[str, Any]) -> None:
        # A mutation cannot ask for `app { id }` beside it: its own permission check is the proof.
        try:
            self.api.ask_anyone(connection.api_url, connection.token, mutation, variables)
        except PageBroken as error:
            # A shop without this mutation: its staff read the same on the page of exports.
            log.info("problem not shown in the dashboard", extra={"reason": str(error)})

    def _fetch(self, connection: Connection, ids: Sequence[str]) -> tuple[Node, ...]:
        has_preorders = connection.api_url not in self.without_preorders
        query = queries.FETCH_PRODUCTS
        if not has_preorders:
            query = queries.FETCH_PRODUCTS_WITHOUT_PREORDERS
        query = queries.with_translations(query, self.languages)
        nodes = list(_nodes(self._page(connection, query, {"ids": list(ids)})))
        if self.languages:
            aliases = {queries.alias_of(one): one for one in self.languages}
            nodes = [_translated(node, aliases) for node in nodes]
        return tuple(nodes if has_preorders else map(_without_preorders, nodes))

    def _all(self, connection: Connection, kind: str, page: Node) -> Iterator[Node]:
        """Yield the nodes of this page and of all that follow; Unavailable if some are missing."""
        ids: set[str] = set()
        while True:
            for node in _nodes(page):
                # A record that comes twice would stand in for one that is left out.
                ids.add(node["id"])
                yield node
            after = _next(page)
            if after is None:
                break
            sized = {"first": queries.RECORDS_PER_PAGE, "after": after}
            page = self._ask(connection, queries.DICTIONARY_PAGES[kind], sized)[kind]
        if page.get("totalCount") not in (None, len(ids)):
            raise ShopUnavailable("The shop's list changed while it was read.")

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


def _translated(product: Node, aliases: Mapping[str, str]) -> Node:
    """Return a product whose translations, and those of its variants, are by language."""
    variants = [_by_language(one, aliases) for one in product["variants"] or ()]
    return {**_by_language(product, aliases), "variants": variants}


def _by_language(node: Node, aliases: Mapping[str, str]) -> Node:
    rest = {name: value for name, value in node.items() if name not in aliases}
    return {**rest, "translations": {one: node[alias] for alias, one in aliases.items()}}


def _without_preorders(product: Node) -> Node:
    """Return a product of a shop that knows no preorders: none of its variants has one."""
    variants = [
        variant
        | {"preorder": None}
        | {
            "channelListings": [
                one | {"preorderThreshold": None} for one in variant["channelListings"] or ()
            ]
        }
        for variant in product["variants"] or ()
    ]
    return {**product, "variants": variants}


def _deliveries(data: Node) -> Node:
    """Return the page of failed deliveries of the catalogue webhook; an empty one without it."""
    for webhook in data["app"]["webhooks"] or ():
        if webhook["name"] == WEBHOOK_NAME and webhook["eventDeliveries"]:
            found: Node = webhook["eventDeliveries"]
            return found
    return {"edges": (), "pageInfo": {"hasNextPage": False}}


def _delivery(node: Node) -> FailedDelivery:
    try:
        body = json.loads(node["payload"] or "{}")
    except ValueError:
        body = {}
    return FailedDelivery(created_at=datetime.fromisoformat(node["createdAt"]), body=body)


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
