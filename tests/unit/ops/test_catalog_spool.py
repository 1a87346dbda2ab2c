from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ops.catalog_spool import CatalogSpool


def make_item(number: int) -> dict[str, Any]:
    return {"number": {"N": str(number)}, "document": {"B": b"\x1f" + bytes(number % 1000 + 50)}}


@pytest.fixture
def spool() -> Iterator[CatalogSpool]:
    with CatalogSpool() as spool:
        yield spool


def fill(spool: CatalogSpool, *numbers: int, kind: str = "products") -> None:
    for number in numbers:
        spool.add(kind, number, make_item(number))
    spool.flush()


def test_items_come_back_by_bucket_in_number_order(spool: CatalogSpool) -> None:
    fill(spool, 999, 2, 500, 1)
    assert spool.items("products", 1) == [make_item(500), make_item(999)]
    assert spool.items("products", 0) == [make_item(1), make_item(2)]


def test_a_bucket_that_nobody_filled_is_empty(spool: CatalogSpool) -> None:
    fill(spool, 1)
    assert spool.items("products", 9) == []
    assert spool.buckets("gift_cards") == ()


def test_a_number_is_taken_once_a_kind(spool: CatalogSpool) -> None:
    fill(spool, 7)
    assert not spool.add("products", 7, make_item(7))
    assert spool.add("gift_cards", 7, make_item(7))
    assert spool.records == 2


def test_codes_by_id_are_kept_by_ranges_of_their_ids(spool: CatalogSpool) -> None:
    numbers = [(1 << 124) - 1, 5, 1 << 100]
    fill(spool, *numbers, kind="voucher_codes")
    assert spool.buckets("voucher_codes") == (0, 63)
    assert spool.items("voucher_codes", 0) == [make_item(5), make_item(1 << 100)]
    assert spool.holds("voucher_codes", 1 << 100)
    assert not spool.holds("voucher_codes", (1 << 100) + 1)


def test_what_waits_is_counted_in_write_units(spool: CatalogSpool) -> None:
    fill(spool, 1, 999, kind="categories")
    assert spool.write_units == 1 + 2


def test_products_count_with_the_blocks_that_repeat_their_documents(spool: CatalogSpool) -> None:
    fill(spool, 1, 999)
    assert spool.write_units == 1 + 2 + 2


def test_records_that_are_packed_count_by_their_bytes(spool: CatalogSpool) -> None:
    fill(spool, *range(100, 120), kind="gift_cards")
    assert spool.write_units == 4
