"""`--column` chooses columns one by one, and `ops columns` lists them."""

from __future__ import annotations

import pytest

from chalicelib.exports.registry import EXPORT_TYPES
from ops.export_input import make_input


def input_of(**given: object) -> dict[str, object]:
    from ops.export_input import _OPTIONS, _key

    options = {_key(option): () if option.many else None for option in _OPTIONS.values()}
    return make_input(EXPORT_TYPES["products"], {**options, **given})


@pytest.mark.parametrize(
    ("word", "column"),
    [
        ("product.name", {"key": "product.name"}),
        ("variant.sku=Article", {"key": "variant.sku", "label": "Article"}),
        ("product.name=a=b", {"key": "product.name", "label": "a=b"}),
    ],
)
def test_a_column_has_a_key_and_perhaps_a_label(word: str, column: dict[str, str]) -> None:
    assert input_of(column=(word,))["columns"] == [column]


def test_with_columns_the_fields_are_not_added_by_default() -> None:
    assert "exportInfo" not in input_of(column=("product.name",))
    assert "exportInfo" in input_of()
