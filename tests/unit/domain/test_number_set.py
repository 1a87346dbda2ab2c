from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.number_set import read_numbers, write_numbers


@given(st.sets(st.integers(0, 2**63)))
def test_the_numbers_are_read_as_they_were_written(numbers: set[int]) -> None:
    assert read_numbers(write_numbers(numbers)) == numbers


def test_no_numbers_are_no_bytes() -> None:
    assert write_numbers([]) == b""


def test_numbers_in_a_row_take_a_hundred_bytes() -> None:
    assert len(write_numbers(range(7, 50_007))) < 130
