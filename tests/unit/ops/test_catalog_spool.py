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


def fill(spool: CatalogSpool, *numbers: int, kind: str = "products", listed: bool = True) -> None:
    for number in numbers:
        spool.add(kind, number, make_item(number), listed=listed)
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
    assert not spool.add("products", 7, make_item(7), listed=True)
    assert spool.add("gift_cards", 7, make_item(7), listed=True)
    assert spool.records == 2


def test_look_ups_are_kept_apart_whatever_their_numbers(spool: CatalogSpool) -> None:
    numbers = [(1 << 124) - 1, 5, 1 << 100]
    fill(spool, *numbers, kind="voucher_codes", listed=False)
    assert [item for page in spool.look_ups() for item in page] == list(map(make_item, numbers))
    assert spool.kinds() == ()
    assert spool.holds("voucher_codes", 1 << 100)
    assert not spool.holds("voucher_codes", (1 << 100) + 1)


def test_many_look_ups_come_some_at_a_time(spool: CatalogSpool) -> None:
    fill(spool, *range(1200), kind="voucher_codes", listed=False)
    assert list(map(len, spool.look_ups())) == [500, 500, 200]


def test_what_waits_is_counted_in_write_units(spool: CatalogSpool) -> None:
    fill(spool, 1, 999)
    assert spool.write_units == 1 + 2
