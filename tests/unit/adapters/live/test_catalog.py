"""Gift cards and voucher codes as the shop has them, read through its API (the demo shop's)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from chalicelib.adapters.live import walk as live_walk
from chalicelib.adapters.live.catalog import LiveCatalog
from chalicelib.adapters.live.reader import REFUSED
from chalicelib.adapters.saleor.client import SaleorApi
from chalicelib.adapters.saleor.live import SaleorLive
from chalicelib.domain.global_id import encode_global_id, number_of
from chalicelib.domain.segment import Bucket
from chalicelib.domain.shop import APP_PERMISSIONS
from chalicelib.domain.shop_api import Connection, NodePage
from chalicelib.errors import ExportFailed, PageBroken, ShopRefused, Unavailable
from chalicelib.services.sync.register_shop import APP_IDENTIFIER
from local.demo_shop.caller import InstalledApp
from local.demo_shop.data import DemoShop
from local.demo_shop.server import ShopServer
from tests.sync_world import API_URL, NAME, FakeWire

Node = dict[str, Any]


@dataclass
class Live:
    """A connected shop, and the catalogue that reads it."""

    server: ShopServer
    pauses: list[float] = field(default_factory=list)
    records: int = 20_000
    wire: FakeWire = field(init=False)

    def __post_init__(self) -> None:
        self.wire = FakeWire(self.server)

    @property
    def shop(self) -> DemoShop:
        return self.server.shop

    @property
    def catalog(self) -> LiveCatalog:
        api = SaleorApi(self.wire)  # type: ignore[arg-type]
        return LiveCatalog(SaleorLive(api), connect, self.pauses.append)

    def cards(self) -> list[Node]:
        return self.read("gift_cards", *self.cut("gift_cards"))

    def codes(self) -> list[Node]:
        kind = f"voucher_codes:{number_of(self.voucher['id'])}"
        return self.read(kind, *self.cut(kind))

    def cut(self, kind: str) -> tuple[Bucket, ...]:
        """The buckets of a plan."""
        return self.catalog.cut_buckets(NAME, kind, self.records)

    def read(self, kind: str, *buckets: Bucket) -> list[Node]:
        return decoded(self.catalog.read_buckets(NAME, kind, buckets))

    def find(self, kind: str, *numbers: int) -> list[Node]:
        return decoded(self.catalog.read_numbers(NAME, kind, numbers))

    @property
    def voucher(self) -> Any:
        return self.shop.all("vouchers")[0]

    def unused(self) -> list[Any]:
        return [card for card in self.shop.all("gift_cards") if card["lastUsedOn"] is None]


def connect(shop: str) -> Connection:
    if shop != NAME:
        raise ShopRefused("The app is not installed.")
    return Connection(api_url=API_URL, token="secret", app_id="QXBwOjE=")


def decoded(pages: Iterable[list[bytes]]) -> list[Node]:
    return [json.loads(document) for page in pages for document in page]


def make_live(gift_cards: int = 230) -> Live:
    server = ShopServer(DemoShop.make(1, gift_cards=gift_cards))
    server.app = InstalledApp("QXBwOjE=", APP_IDENTIFIER, "secret", APP_PERMISSIONS)
    return Live(server)


def test_all_gift_cards_that_were_never_used_are_read() -> None:
    live = make_live()
    assert sorted(card["code"] for card in live.cards()) == sorted(
        card["code"] for card in live.unused()
    )


def test_customers_that_the_shop_does_not_show_are_missing_and_not_empty() -> None:
    # A filter by customers fails for a missing one. An empty one would match nobody, silently.
    live = make_live(5)
    [number, *_] = [number_of(card["id"]) for card in live.unused()]
    cards = [*live.cards(), *live.find("gift_cards", number)]
    assert all(card.keys().isdisjoint({"used_by_number", "assigned_to_number"}) for card in cards)


def test_the_facts_of_a_gift_card_are_those_of_now() -> None:
    live = make_live()
    card = live.unused()[3]
    card["currentBalance"] = {**card["currentBalance"], "amount": 7.5}
    [found] = [one for one in live.cards() if one["code"] == card["code"]]
    assert (found["current_balance"], found["used"]) == (7.5, False)


def test_a_gift_card_has_the_name_of_the_product_that_it_was_bought_as() -> None:
    live = make_live(gift_cards=10)
    [product] = live.shop.all("products")
    card = live.unused()[3]
    card["product"] = {"id": product["id"]}
    [found] = [one for one in live.cards() if one["code"] == card["code"]]
    assert found["product"] == product["name"]


def test_a_card_that_is_used_while_cards_are_read_costs_no_other_card() -> None:
    live = make_live()
    buckets = live.cut("gift_cards")
    pages = live.catalog.read_buckets(NAME, "gift_cards", buckets)
    read = decoded([next(pages)])
    spent = live.unused()[150]
    live.shop.spend_gift_card(spent["id"])
    codes = {card["code"] for card in [*read, *decoded(pages)]}
    assert codes >= {card["code"] for card in live.unused()}
    assert spent["code"] not in codes


def test_cards_created_after_the_plan_are_left_out() -> None:
    live = make_live()
    buckets = live.cut("gift_cards")
    planned = {card["code"] for card in live.unused()}
    late = {**live.unused()[0], "id": encode_global_id("GiftCard", 99_999), "code": "LATE"}
    live.shop.records["gift_cards"][late["id"]] = {**late, "created": "2999-01-01T00:00:00+00:00"}
    assert {card["code"] for card in live.read("gift_cards", *buckets)} == planned


def test_cards_are_found_by_id_used_ones_and_all() -> None:
    live = make_live()
    fresh = live.unused()[0]
    used = next(card for card in live.shop.all("gift_cards") if card["lastUsedOn"])
    wanted = [number_of(fresh["id"]), 987_654, number_of(used["id"])]
    found = live.find("gift_cards", *wanted)
    assert [(card["code"], card["used"]) for card in found] == [
        (fresh["code"], False),
        (used["code"], True),
    ]


def test_a_reserved_card_is_not_a_used_one() -> None:
    live = make_live()
    card = live.unused()[0]
    card["usedByEmail"] = "ann@shop.example"
    [found] = live.find("gift_cards", number_of(card["id"]))
    assert found["used"] is False


def test_more_cards_than_one_request_holds_are_found_in_the_order_given() -> None:
    live = make_live()
    numbers = [number_of(card["id"]) for card in live.unused()[:120]]
    assert [card["number"] for card in live.find("gift_cards", *numbers)] == numbers


def test_ids_that_the_shop_cannot_answer_together_are_asked_for_in_halves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live = make_live()
    numbers = [number_of(card["id"]) for card in live.unused()[:9]]
    find = SaleorLive.find_gift_cards

    def find_few(self: SaleorLive, connection: Connection, ids: list[str]) -> tuple[Any, ...]:
        if len(ids) > 2:
            raise PageBroken("The query is too complex.")
        return find(self, connection, ids)

    monkeypatch.setattr(SaleorLive, "find_gift_cards", find_few)
    assert [card["number"] for card in live.find("gift_cards", *numbers)] == numbers


def test_codes_by_id_are_planned_without_a_voucher() -> None:
    """Saleor answers an id without a number with an error, and codes of all vouchers have none."""
    live = make_live()
    assert live.catalog.find_buckets(NAME, "voucher_codes") == ()
    assert live.wire.queries == []


@pytest.mark.parametrize("read", ["walk", "by id"])
def test_a_card_that_the_shop_cannot_show_is_named(read: str) -> None:
    live = make_live()
    card = live.unused()[42]
    live.shop.broken.add(card["id"])
    with pytest.raises(ExportFailed, match=card["id"]):
        live.cards() if read == "walk" else live.find("gift_cards", number_of(card["id"]))


def test_an_answer_as_to_a_shopper_is_never_taken() -> None:
    live = make_live()
    buckets = live.cut("gift_cards")
    pages = live.catalog.read_buckets(NAME, "gift_cards", buckets)
    next(pages)
    live.server.faults.is_anonymous = True
    with pytest.raises(ExportFailed, match="no longer lets Waybill read") as failed:
        list(pages)
    assert str(failed.value) == REFUSED


def test_a_shop_without_the_app_is_not_read() -> None:
    with pytest.raises(ExportFailed, match="no longer lets Waybill read"):
        make_live().catalog.find_buckets("other.shop.example", "gift_cards")


def test_records_are_counted_without_reading_them() -> None:
    live = make_live()
    [bucket] = live.catalog.find_buckets(NAME, "gift_cards")
    assert bucket == Bucket(0, len(live.unused()))
    assert "initialBalance" not in live.wire.queries[0]
    assert live.wire.variables == [{"last": 1}]


@pytest.mark.parametrize(("within", "count"), [((0, 0), 1), ((0, 9), 1), ((1, 9), 0), ((0, -1), 0)])
def test_a_list_is_the_bucket_0_of_its_shop(within: tuple[int, int], count: int) -> None:
    assert len(make_live().catalog.find_buckets(NAME, "gift_cards", within)) == count


def test_a_pause_that_the_shop_asks_for_is_kept() -> None:
    live = make_live()
    live.server.faults.answers[:] = [429, 429]
    assert len(live.cards()) == len(live.unused())
    assert len(live.pauses) == 2


def test_a_shop_that_does_not_answer_is_asked_again_later() -> None:
    live = make_live()
    live.server.faults.answers[:] = [503]
    with pytest.raises(Unavailable):
        live.cards()


def test_a_shop_that_shows_fewer_cards_than_it_counts_is_asked_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live = make_live()
    read = SaleorLive.read_gift_cards

    def read_one_less(self: SaleorLive, *given: Any, **named: Any) -> NodePage:
        page = read(self, *given, **named)
        return replace(page, nodes=page.nodes[:-1])

    monkeypatch.setattr(SaleorLive, "read_gift_cards", read_one_less)
    with pytest.raises(Unavailable, match="fewer records than it says"):
        live.cards()


def test_too_many_records_are_refused_beforehand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_walk, "MAX_LIVE_RECORDS", 10)
    with pytest.raises(ExportFailed, match="one export cannot read so many"):
        make_live().cards()


def test_an_odd_record_is_named() -> None:
    live = make_live()
    live.unused()[0]["expiryDate"] = "soon"
    with pytest.raises(ExportFailed, match="expiryDate"):
        live.cards()
