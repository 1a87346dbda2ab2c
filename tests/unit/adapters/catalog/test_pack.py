"""Any rewriting of a bucket's packs, put by put, as a reader of the bucket sees it."""

from __future__ import annotations

import secrets
import uuid
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.catalog.item import size_of
from chalicelib.adapters.catalog.lean_dynamodb import LeanBinary, LeanItem, LeanNumber
from chalicelib.adapters.catalog.pack import (
    in_force,
    is_gapless,
    last_of,
    make_member,
    make_packs,
    stored_records,
)
from chalicelib.domain.global_id import encode_global_id

LAST = 9
# Where packs of the numbers 0 to 9 begin.
starts = st.sets(st.integers(1, LAST)).map(lambda found: sorted({0, *found}))


def packs_from(starts: list[int]) -> dict[int, LeanItem]:
    return {
        first: LeanItem(
            number=LeanNumber(str(first)), last=LeanNumber(str(after - 1)), pack=LeanBinary(b"")
        )
        for first, after in pairwise([*starts, LAST + 1])
    }


def make_singles(numbers: set[int]) -> dict[int, LeanItem]:
    return {
        number: LeanItem(number=LeanNumber(str(number)), document=LeanBinary(b""))
        for number in numbers
    }


def seen(table: dict[int, LeanItem]) -> list[int]:
    """The numbers that a reader of the table finds covered."""
    items = list(in_force(table[number] for number in sorted(table)))
    assert is_gapless(items, 0, LAST) or not any(item.pack for item in items)
    return [n for item in items for n in range(int(item.number.N), last_of(item) + 1)]


@given(starts, starts)
def test_packs_cover_each_number_once_at_every_moment(before: list[int], after: list[int]) -> None:
    table, wanted = packs_from(before), packs_from(after)
    for first in sorted(wanted, reverse=True):
        table[first] = wanted[first]
        assert seen(table) == list(range(LAST + 1))
    for first in before:
        table[first] = wanted.get(first, table[first])
        if first not in wanted:
            del table[first]
        assert seen(table) == list(range(LAST + 1))


@given(st.sets(st.integers(0, LAST)).map(lambda found: found | {0}), starts)
def test_single_records_are_replaced_without_a_repetition(
    singles: set[int], new: list[int]
) -> None:
    table, wanted = make_singles(singles), packs_from(new)
    for first in sorted(wanted, reverse=True):
        table[first] = wanted[first]
        assert seen(table) == [n for n in range(LAST + 1) if n in singles or n >= first]
    assert seen(table) == list(range(LAST + 1))


@given(starts.filter(lambda found: len(found) > 1), st.data())
def test_a_missing_pack_is_a_gap(found: list[int], data: st.DataObject) -> None:
    table = packs_from(found)
    del table[data.draw(st.sampled_from(found))]
    assert not is_gapless(list(in_force(table[n] for n in sorted(table))), 0, LAST)


def make_code(number: int) -> dict[str, object]:
    return {
        "voucher": "Spring",
        "used": number % 3,
        "id": encode_global_id("VoucherCode", uuid.uuid4()),
        "code": secrets.token_hex(6),
        "created_at": f"2026-11-24T08:00:{number % 60:02}.{number:06}+00:00",
    }


def test_five_hundred_codes_are_one_item_of_at_most_0_01_read_units_a_code() -> None:
    members = [make_member(number, make_code(number)) for number in range(500)]
    [pack] = make_packs("default", "voucher_codes:1", 0, members)
    assert -(-size_of(pack) // 4096) / 2 / 500 <= 0.01


@pytest.mark.parametrize("others", [[1], [1, 2, 3]])
def test_a_pack_whose_numbers_are_not_those_of_its_documents_is_refused(others: list[int]) -> None:
    [pack], [other] = (
        make_packs("north", "gift_cards", 0, [make_member(number, {}) for number in numbers])
        for numbers in ([1, 2], others)
    )
    with pytest.raises(ValueError, match="argument 2"):
        stored_records(pack | {"numbers": other["numbers"]})
