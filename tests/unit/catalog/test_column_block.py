"""Blocks hold the cells of their documents by column, and equal cells once."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.catalog.column_block import group_of, make_block


def test_a_block_has_a_group_for_each_kind_of_column_that_a_document_has() -> None:
    listed = {"id": "A", "listings": {"1": ["EUR", "True"]}, "variants": [{"stocks": {"7": 4}}]}
    assert make_block([listed, {"id": "B", "media": "b.png"}]) == {
        "core": {"counts": [1], "id": ["A", "B"]},
        "listings": {"listings": {"1": [("EUR", ""), ("True", "")]}},
        "stocks": {"variants": {"stocks": {"7": ["4", ""]}}},
        "media": {"media": ["", "b.png"]},
    }


def test_cells_that_are_all_equal_are_stored_once() -> None:
    variants = [{"sku": "a", "weight": "1 g"}, {"sku": "b", "weight": "1 g"}]
    block = make_block([{"name": "Tea", "collections": [1, 2], "variants": variants}] * 3)
    assert block["core"] == {
        "counts": [2],
        "name": ["Tea"],
        "variants": {"sku": ["a", "b"] * 3, "weight": ["1 g"]},
    }
    assert block["attributes"] == {"collections": [[1, 2]]}


def test_a_record_without_rows_has_a_row_without_cells() -> None:
    documents: list[dict[str, Any]] = [{}, {"variants": []}, {"variants": [{"sku": "a"}, {}]}]
    assert make_block(documents) == {
        "core": {"counts": [1, 1, 2], "variants": {"sku": ["", "", "a", ""]}}
    }


def test_a_cell_beside_absent_ones_is_no_column_of_one_cell() -> None:
    assert make_block([{"name": "Tea"}, {}])["core"]["name"] == ["Tea", ""]


def test_facts_and_unknown_fields_are_in_no_group() -> None:
    document = {"facts": {"slug": "tea"}, "counts": 7, "colour": "red", "variants": [{"size": 1}]}
    assert make_block([document]) == {"core": {"counts": [1]}}
    assert [group_of(step) for step in ("facts", "translations", "counts", "colour", 0)] == (
        [None] * 5
    )


@pytest.mark.parametrize("other", [None, "red", 0, [], ["red"]])
@pytest.mark.parametrize("field", ["attributes", "listings"])
def test_documents_of_different_shapes_are_no_block(field: str, other: Any) -> None:
    with pytest.raises(ValueError, match="not objects"):
        make_block([{field: {"1": []}}, {field: other}])


def test_listings_of_different_lengths_are_no_block() -> None:
    with pytest.raises(ValueError, match="zip"):
        make_block([{"listings": {"1": ["EUR", "True"]}}, {"listings": {"1": ["EUR"]}}])


@pytest.mark.parametrize("quantity", [None, "many", 1.5, True, []])
def test_stocks_that_are_no_numbers_are_no_block(quantity: Any) -> None:
    variants = [{"stocks": {"7": one}} for one in (4, quantity)]
    with pytest.raises(ValueError, match="not numbers"):
        make_block([{"variants": variants}])
