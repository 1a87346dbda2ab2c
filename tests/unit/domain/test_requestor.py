from __future__ import annotations

import pytest

from chalicelib.domain.requestor import is_shop_name


@pytest.mark.parametrize(
    "name", ["default", "acme-2", "shop.saleor.cloud", "tenant:7", "sklep_\u017c", "a" * 100]
)
def test_printable_names_without_separators_are_shop_names(name: str) -> None:
    assert is_shop_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "a/b",
        "a#b",
        "a\\b",
        "a b",
        "a\u00a0b",
        "a\n",
        "\x7f",
        "a\u200bb",
        "\ud800",
        "a" * 101,
    ],
)
def test_names_that_would_break_a_key_are_not(name: str) -> None:
    assert not is_shop_name(name)
