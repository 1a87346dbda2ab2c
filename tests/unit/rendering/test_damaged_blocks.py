"""A block that is damaged is no file: it fails the export."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.adapters.catalog.document_codec import to_json
from chalicelib.domain.block import Block
from chalicelib.domain.request import Formulas
from chalicelib.errors import CatalogIncomplete
from chalicelib.exports.columns import Column, Level
from chalicelib.exports.product_columns import FIELDS
from chalicelib.formats.cells import CellKind
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.rendering.block_rows import compile_block_rows

Document = dict[str, Any]
CSV = CsvFormat(Formulas.ESCAPE)
CORE = {"counts": [2, 1], "name": ["Tea", "Pot"], "variants": {"sku": ["a", "b", "c"]}}
STOCKS = {"variants": {"stocks": {"7": ["1", "", "2"]}}}
NAME_SKU_STOCK = [
    FIELDS["NAME"],
    FIELDS["VARIANT_SKU"],
    Column("stock", CellKind.NUMBER, Level.ROW, ("stocks", "7")),
]
DAMAGE: dict[str, list[Any]] = {
    "counts": [[2], [2, 1, 1], [3, 0], [1, 1], [2, True], [], "", 2],
    "name": [[], ["a", "b", "c"], [1, 2], [None], "", {}],
    "variants": [{"sku": []}, {"sku": ["a", "b"]}, {"sku": ["a"] * 4}, {"sku": [[]]}, [], "", None],
    "stocks": [[], ["1", "2"], ["1", "2", None], ["1", "2", 3], ""],
}
DAMAGED: list[tuple[Document, Document]] = [
    *((CORE | {field: part}, STOCKS) for field in CORE for part in DAMAGE[field]),
    *((CORE, {"variants": {"stocks": {"7": cells}}}) for cells in DAMAGE["stocks"]),
    ({name: CORE[name] for name in ("name", "variants")}, STOCKS),
]


@pytest.mark.parametrize(("core", "stocks"), DAMAGED)
def test_a_damaged_block_is_no_file(core: Document, stocks: Document) -> None:
    make_rows = compile_block_rows(NAME_SKU_STOCK, CSV)
    groups = {"core": to_json(CORE), "stocks": to_json(STOCKS)}
    assert len(make_rows(Block(2, groups))) == 3
    with pytest.raises(CatalogIncomplete, match="cannot be read"):
        make_rows(Block(2, {"core": to_json(core), "stocks": to_json(stocks)}))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", to_json(CORE)[:-1], b'"\xff"'])
@pytest.mark.parametrize("group", ["core", "stocks"])
def test_a_group_that_is_no_json_object_is_no_file(group: str, content: bytes) -> None:
    groups = {"core": to_json(CORE), "stocks": to_json(STOCKS)} | {group: content}
    with pytest.raises(CatalogIncomplete, match="cannot be read"):
        compile_block_rows(NAME_SKU_STOCK, CSV)(Block(2, groups))


def test_a_block_without_its_core_is_no_file() -> None:
    with pytest.raises(CatalogIncomplete, match="cannot be read"):
        compile_block_rows(NAME_SKU_STOCK, CSV)(Block(2, {"stocks": to_json(STOCKS)}))


@pytest.mark.parametrize("cell", ["text", 7, None, {}, ["a"]])
def test_a_set_of_collections_that_is_no_list_of_numbers_is_no_file(cell: Any) -> None:
    make_rows = compile_block_rows([FIELDS["COLLECTIONS"]], CSV)
    core = to_json({"counts": [1]})
    groups = [
        {"core": core, "attributes": to_json({"collections": [[1, 2], c]})} for c in ("", cell)
    ]
    assert list(make_rows(Block(2, groups[0])))[1] == b"\r\n"
    with pytest.raises(CatalogIncomplete, match="cannot be read"):
        make_rows(Block(2, groups[1]))
