"""A shop's API that answers from the demo shop's records, without GraphQL and without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

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
from chalicelib.errors import PageBroken
from local.demo_shop.data import DemoShop

KINDS: Final = ("channels", "warehouses", "attributes", "categories", "collections")


@dataclass
class FakeShopApi:
    """`ShopApi` over a demo shop. Pages hold `page_size` records; one in `broken` breaks its page.

    Its answers are the records themselves: they are read before anything changes.
    """

    shop: DemoShop
    facts: AppFacts
    page_size: int = 3
    failed: list[FailedDelivery] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    asked: int = 0
    find_shop: Callable[[], DemoShop] | None = None

    def seen(self) -> DemoShop:
        """Return the shop as its API shows it now."""
        self.asked += 1
        return self.find_shop() if self.find_shop else self.shop

    def describe_app(
        self, api_url: str, token: str, *, seconds: float = DESCRIBE_SECONDS
    ) -> AppFacts:
        self.asked += 1
        return self.facts

    def read_keys(self, url: str) -> bytes:
        return b'{"keys": []}'

    def walk(self, connection: Connection, kind: str, after: str | None) -> SeenPage:
        nodes, cursor, total = self._page(after)
        return SeenPage(records=tuple(map(_seen, nodes)), cursor=cursor, total=total)

    def walk_stocks(self, connection: Connection, kind: str, after: str | None) -> NodePage:
        nodes, cursor, total = self._page(after)
        self._check_whole(node["id"] for node in nodes)
        return NodePage(nodes=nodes, cursor=cursor, total=total)

    def find_changed(
        self, connection: Connection, kind: str, since: datetime, after: str | None
    ) -> SeenPage:
        nodes = [one for one in self.seen().all("products") if _has_changed(one, since)]
        shown, cursor = self._cut(nodes, after)
        return SeenPage(records=tuple(map(_seen, shown)), cursor=cursor)

    def fetch(self, connection: Connection, kind: str, ids: Sequence[str]) -> tuple[Node, ...]:
        shop = self.seen()
        self._check_whole(ids)
        found = (shop.records["products"].get(id_) for id_ in ids)
        return tuple(node for node in found if node is not None)

    def find_failed_deliveries(
        self, connection: Connection, since: datetime, limit: int
    ) -> tuple[FailedDelivery, ...]:
        self.asked += 1
        return tuple(one for one in self.failed if one.created_at >= since)[:limit]

    def read_dictionaries(self, connection: Connection) -> Mapping[str, tuple[Node, ...]]:
        shop = self.seen()
        found = {kind: tuple(shop.all(kind)) for kind in (*KINDS, "product_types")}
        return found | {"shop": (shop.shop,)}

    def connect_webhook(self, connection: Connection, target_url: str) -> str:
        self.asked += 1
        return "V2ViaG9vazox"

    def report_problem(self, connection: Connection, key: str, message: str) -> None:
        self.problems[key] = message

    def dismiss_problem(self, connection: Connection, key: str) -> None:
        self.problems.pop(key, None)

    def _check_whole(self, ids: Iterable[str]) -> None:
        if self.broken.intersection(ids):
            raise PageBroken("Enum 'Unit' cannot represent value: 'stone'")

    def _page(self, after: str | None) -> tuple[tuple[Any, ...], str | None, int]:
        nodes = self.seen().all("products")
        return *self._cut(nodes, after), len(nodes)

    def _cut(self, nodes: Iterable[Any], after: str | None) -> tuple[tuple[Any, ...], str | None]:
        """Return a page in the order of creation. A cursor is the key of the last record."""
        left = [one for one in sorted(nodes, key=_key) if after is None or _key(one) > after]
        shown = left[: self.page_size]
        return tuple(shown), _key(shown[-1]) if len(left) > len(shown) else None


def _key(product: Mapping[str, Any]) -> str:
    return f"{product['created']} {product['id']}"


def _seen(product: Mapping[str, Any]) -> Seen:
    times = [product["updatedAt"], *(one["updatedAt"] for one in product["variants"])]
    return Seen(id=product["id"], updated_at=max(map(datetime.fromisoformat, times)))


def _has_changed(product: Mapping[str, Any], since: datetime) -> bool:
    seen = _seen(product)
    return seen.updated_at is not None and seen.updated_at >= since
