"""Voucher codes as the shop has them, with the defect of Saleor's pages of codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.adapters.catalog.joined_kinds import JoinedKinds
from chalicelib.adapters.live import catalog as live_catalog
from chalicelib.adapters.saleor.client import SaleorApi
from chalicelib.adapters.saleor.live import SaleorLive
from chalicelib.catalog.kinds import voucher_code_number, voucher_codes_kind
from chalicelib.domain.global_id import encode_global_id, number_of
from chalicelib.errors import ExportFailed
from tests.sync_world import NAME
from tests.unit.adapters.live.test_catalog import Live, connect, decoded, make_live


def with_codes(count: int, *, at_once: int = 0) -> Live:
    """A voucher with codes; the first ones were created at the same moment."""
    live = make_live(1)
    live.voucher["codes"] = [make_code(place, max(place, at_once)) for place in range(count)]
    return live


def make_code(place: int, second: int) -> dict[str, Any]:
    created_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    return {
        "id": encode_global_id("VoucherCode", f"{place:08x}-7f7c-4b0a-9d0b-1d0f5f1c1b11"),
        "code": f"CODE-{place:05d}",
        "used": 0,
        "isActive": True,
        "createdAt": created_at.isoformat(),
    }


@pytest.mark.parametrize("count", [0, 1, 100, 350])
def test_all_codes_of_a_voucher_are_read(count: int) -> None:
    found = {code["code"] for code in with_codes(count).codes()}
    assert found == {f"CODE-{place:05d}" for place in range(count)}


@pytest.mark.parametrize("at_once", [2, 101])
def test_codes_created_at_the_same_moment_are_read_from_both_ends(at_once: int) -> None:
    codes = [code["code"] for code in with_codes(250, at_once=at_once).codes()]
    assert sorted(codes) == [f"CODE-{place:05d}" for place in range(250)]


def test_a_voucher_that_the_shop_does_not_know_has_no_codes() -> None:
    live = with_codes(3)
    records = SaleorLive(SaleorApi(live.wire))  # type: ignore[arg-type]
    unknown = encode_global_id("Voucher", 999_999)
    page = records.read_codes(connect(NAME), unknown, None, 100)
    assert (page.nodes, page.cursor, page.total) == ((), None, 0)


def test_codes_that_the_shop_does_not_show_fail_the_export() -> None:
    with pytest.raises(ExportFailed, match="of the 900 codes"):
        with_codes(900, at_once=900).codes()


def test_codes_are_found_by_id_in_the_order_given() -> None:
    live = with_codes(250)
    ids = [live.voucher["codes"][place]["id"] for place in (200, 3)]
    unknown = encode_global_id("VoucherCode", "ffffffff-7f7c-4b0a-9d0b-1d0f5f1c1b11")
    numbers = [voucher_code_number(one) for one in (ids[0], unknown, ids[1])]
    assert [code["id"] for code in live.find("voucher_codes", *numbers)] == ids


def test_a_long_search_for_codes_names_the_better_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_catalog, "MAX_CODES_WALKED", 100)
    live = with_codes(250)
    oldest = voucher_code_number(live.voucher["codes"][0]["id"])
    with pytest.raises(ExportFailed, match="voucherId"):
        live.find("voucher_codes", oldest)


def test_the_vouchers_of_a_shop_are_listed_with_their_counts() -> None:
    found = with_codes(250).catalog.find_dictionary(NAME, "vouchers")
    assert (found[0]["codes"], set(found[0])) == (250, {"id", "name", "codes"})


def test_a_code_says_its_voucher_and_the_uses_that_are_left() -> None:
    live = with_codes(1)
    live.voucher["usageLimit"] = 3
    live.voucher["codes"][0]["used"] = 1
    (code,) = live.codes()
    assert (code["voucher"], code["used"], code["uses_left"]) == (live.voucher["name"], 1, 2)


def test_a_search_ends_with_the_last_code_that_it_looks_for() -> None:
    live = with_codes(250)
    newest = [voucher_code_number(one["id"]) for one in live.voucher["codes"][150:]]
    live.find("voucher_codes", *newest)
    assert sum("query Codes" in one for one in live.wire.queries) == 1


def test_a_code_is_found_by_id_among_codes_of_the_same_moment() -> None:
    live = with_codes(250, at_once=101)
    numbers = [voucher_code_number(one["id"]) for one in live.voucher["codes"]]
    assert len(live.find("voucher_codes", *numbers)) == 250


def test_the_codes_of_several_vouchers_are_read_as_one() -> None:
    live = with_codes(250)
    other = {**live.voucher, "id": encode_global_id("Voucher", 77), "codes": [make_code(900, 1)]}
    live.shop.records["vouchers"][other["id"]] = other
    kind = voucher_codes_kind(number_of(live.voucher["id"]), 77)
    catalog = JoinedKinds(live.catalog)
    pages = catalog.read_buckets(NAME, kind, catalog.find_buckets(NAME, kind))
    codes = [code["code"] for code in decoded(pages)]
    assert (len(set(codes)), codes[-1]) == (251, "CODE-00900")


def test_codes_are_read_backwards_page_by_page_to_the_first_one() -> None:
    live = with_codes(250)
    records = SaleorLive(SaleorApi(live.wire))  # type: ignore[arg-type]
    cursor, found = None, list[str]()
    for size in (100, 100, 50):
        page = records.read_codes(
            connect(NAME), live.voucher["id"], cursor, 100, backwards=True, ids_only=True
        )
        assert (len(page.nodes), page.cursor is None) == (size, size == 50)
        cursor, found = page.cursor, found + [code["code"] for code in page.nodes]
    assert sorted(found) == [f"CODE-{place:05d}" for place in range(250)]


def test_an_odd_code_is_named() -> None:
    live = make_live()
    odd = encode_global_id("VoucherCode", "7")
    live.voucher["codes"][3]["id"] = odd
    with pytest.raises(ExportFailed, match=f"The record {odd} of your shop cannot be read"):
        live.codes()
