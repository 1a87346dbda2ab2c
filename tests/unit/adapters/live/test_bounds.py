"""Bounds of live records stay as they were planned, whatever happens in the shop meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.adapters.live.walk import SHORT
from chalicelib.adapters.saleor.live import SaleorLive
from chalicelib.domain.global_id import encode_global_id, number_of
from chalicelib.domain.segment import Bucket
from chalicelib.domain.shop_api import NodePage
from chalicelib.errors import Unavailable
from tests.unit.adapters.live.test_catalog import Live, make_live
from tests.unit.adapters.live.test_codes import make_code, with_codes

CARDS = "gift_cards"


def cut(live: Live, records: int = 200) -> Live:
    live.records = records
    return live


def add_card(live: Live, number: int, created: str) -> None:
    id_ = encode_global_id("GiftCard", number)
    card = {**live.unused()[0], "id": id_, "code": f"LATE-{number}", "created": created}
    live.shop.records[CARDS][id_] = card


def kind_of(live: Live) -> str:
    return f"voucher_codes:{number_of(live.voucher['id'])}"


def codes_in(live: Live, kind: str, buckets: tuple[Bucket, ...]) -> list[list[str]]:
    return [[one["code"] for one in live.read(kind, bucket)] for bucket in buckets]


@pytest.mark.parametrize("records", [100, 150, 10_000])
def test_the_segments_of_cards_are_all_cards_once_and_in_order(records: int) -> None:
    live = cut(make_live(420), records)
    found = codes_in(live, CARDS, live.cut(CARDS))
    unused = sorted(live.unused(), key=lambda card: card["created"])
    assert [code for codes in found for code in codes] == [card["code"] for card in unused]
    assert all(len(codes) <= max(records, 100) for codes in found)


def test_segments_of_codes_have_as_many_as_they_may() -> None:
    live = cut(with_codes(350), 200)
    assert [bucket.records for bucket in live.cut(kind_of(live))] == [200, 150]


@pytest.mark.parametrize("records", [100, 1_000])
@pytest.mark.parametrize("count", [101, 350])
def test_the_segments_of_codes_are_all_codes_once(count: int, records: int) -> None:
    live = cut(with_codes(count), records)
    codes = [code["code"] for code in live.codes()]
    assert sorted(codes) == [f"CODE-{place:05d}" for place in range(count)]


@pytest.mark.parametrize("records", [200, 10_000])
def test_a_card_created_after_the_plan_is_left_out_also_where_one_was_used(records: int) -> None:
    live = cut(make_live(420), records)
    buckets, planned = live.cut(CARDS), {card["code"] for card in live.unused()}
    spent = live.unused()[150]
    live.shop.spend_gift_card(spent["id"])
    add_card(live, 99_999, "2999-01-01T00:00:00+00:00")
    found = {code for codes in codes_in(live, CARDS, buckets) for code in codes}
    assert found == planned - {spent["code"]}


@pytest.mark.parametrize("records", [200, 10_000])
def test_a_code_created_after_the_plan_is_left_out(records: int) -> None:
    live = cut(with_codes(350), records)
    kind = kind_of(live)
    buckets = live.cut(kind)
    live.voucher["codes"].append(make_code(900, 10_000_000))
    del live.voucher["codes"][200]
    found = {code for codes in codes_in(live, kind, buckets) for code in codes}
    assert found == {f"CODE-{place:05d}" for place in range(350) if place != 200}


def test_codes_of_the_same_moment_are_one_segment_read_from_both_ends() -> None:
    live = cut(with_codes(250, at_once=101), 100)
    assert len(live.cut(kind_of(live))) == 1
    assert len({code["code"] for code in live.codes()}) == 250


def test_a_segment_that_lacks_a_card_that_is_there_is_read_again_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live = cut(make_live(420))
    second = live.cut(CARDS)[1]
    read = SaleorLive.read_gift_cards

    def read_one_less(self: SaleorLive, *given: Any, **named: Any) -> NodePage:
        page = read(self, *given, **named)
        nodes = page.nodes if named.get("ids_only") else page.nodes[1:]
        return NodePage(nodes=nodes, cursor=page.cursor, total=page.total)

    monkeypatch.setattr(SaleorLive, "read_gift_cards", read_one_less)
    with pytest.raises(Unavailable, match=SHORT):
        live.read(CARDS, second)


def test_a_small_list_costs_one_request_to_plan() -> None:
    live = make_live(230)
    live.cut(CARDS)
    assert len(live.wire.queries) == 1


def test_the_plan_of_a_vouchers_codes_asks_for_no_facts_of_them() -> None:
    live = cut(with_codes(350), 100)
    live.cut(kind_of(live))
    assert len(live.wire.queries) == 5
    assert not any("isActive" in query for query in live.wire.queries)


def test_a_segment_of_codes_begins_at_its_own_page() -> None:
    live = cut(with_codes(350), 100)
    buckets = live.cut(kind_of(live))
    live.wire.variables.clear()
    live.read(kind_of(live), buckets[1])
    assert buckets[1].bounds is not None
    assert live.wire.variables[0]["after"] == buckets[1].bounds.after


def test_one_segment_asks_for_its_own_pages_alone() -> None:
    live = cut(make_live(420))
    buckets = live.cut(CARDS)
    live.wire.queries.clear()
    live.read(CARDS, buckets[1])
    assert len(live.wire.queries) <= 4
