from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.global_id import (
    InvalidGlobalId,
    decode_global_id,
    encode_global_id,
    number_of,
)


@given(
    st.from_regex(r"[A-Z][A-Za-z]{0,20}", fullmatch=True), st.integers(min_value=0, max_value=2**63)
)
def test_an_id_can_be_decoded_again(type_name: str, number: int) -> None:
    made = encode_global_id(type_name, number)
    assert decode_global_id(made) == (type_name, str(number))
    assert number_of(made) == number


@pytest.mark.parametrize("text", ["", "x", "!!!", "UHJvZHVjdA==", "żółw"])
def test_a_text_that_is_not_an_id_is_refused(text: str) -> None:
    with pytest.raises(InvalidGlobalId):
        decode_global_id(text)


@pytest.mark.parametrize("text", ["UHJvZHVj\ndDox", "UHJv!ZHVjdDox", " UHJvZHVjdDox"])
def test_foreign_characters_make_no_other_id_of_a_record(text: str) -> None:
    assert decode_global_id("UHJvZHVjdDox") == ("Product", "1")
    with pytest.raises(InvalidGlobalId):
        decode_global_id(text)
