from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from chalicelib.domain.request import Formulas
from chalicelib.exports.columns import Column, ColumnGroup, Level, compile_rows, headers_of
from chalicelib.formats.cells import CellKind
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.formats.xlsx_format import XlsxFormat

CSV = CsvFormat(Formulas.RAW)


def make_column(key: str, level: Level = Level.RECORD) -> Column:
    return Column(key, CellKind.TEXT, level, lambda document: document.get(key, ""))


NAME, SLUG = make_column("name"), make_column("slug")
SIZE, SKU = make_column("size", Level.ROW), make_column("sku", Level.ROW)
PAIR = ColumnGroup(("left", "right"), Level.ROW, lambda document: (document.get("l", ""), document.get("r", "")))
CHAIR = {"name": "Chair", "slug": "chair", "items": [{"sku": "C1", "size": "S", "l": "1"}, {"sku": "C2", "r": "2"}]}


def test_a_group_has_as_many_headers_as_cells() -> None:
    assert headers_of([NAME, PAIR, SKU]) == ["name", "left", "right", "sku"]


def test_without_a_list_of_rows_a_record_is_one_row() -> None:
    assert compile_rows([NAME, SLUG], CSV, None)(CHAIR) == ["Chair,chair\r\n"]


def test_a_record_is_a_row_for_each_item_of_its_list() -> None:
    assert compile_rows([NAME, SKU], CSV, "items")(CHAIR) == ["Chair,C1\r\n", "Chair,C2\r\n"]


@pytest.mark.parametrize("record", [{"name": "Chair"}, {"name": "Chair", "items": []}])
def test_a_record_without_items_is_one_row_with_nothing_at_row_level(record: dict[str, Any]) -> None:
    assert compile_rows([NAME, SKU, PAIR], CSV, "items")(record) == ["Chair,,,\r\n"]


def test_levels_may_take_turns_and_the_order_asked_is_kept() -> None:
    rows = compile_rows([SKU, NAME, SIZE, PAIR, SLUG, NAME], CSV, "items")(CHAIR)
    assert rows == ["C1,Chair,S,1,,chair,Chair\r\n", "C2,Chair,,,2,chair,Chair\r\n"]


def test_a_cell_of_the_record_is_made_once_for_all_its_rows() -> None:
    asked: list[str] = []
    counted = Column("name", CellKind.TEXT, Level.RECORD, lambda document: asked.append("x") or "Chair")
    assert len(compile_rows([counted, SKU], CSV, "items")(CHAIR)) == 2
    assert asked == ["x"]


@pytest.mark.parametrize(
    ("kind", "cell", "text"),
    [
        (CellKind.TEXT, "-a", "'-a"),
        (CellKind.VALUE, "-1 kg", "-1 kg"),
        (CellKind.BARE, "-1.5", "-1.5"),
        (CellKind.NUMBER, -1, "-1"),
        (CellKind.NUMBER, None, ""),
    ],
)
def test_the_kind_of_a_column_decides_how_its_cell_is_written(kind: CellKind, cell: Any, text: str) -> None:
    column = Column("x", kind, Level.RECORD, lambda document: cell)
    assert compile_rows([column, NAME], CsvFormat(Formulas.ESCAPE), None)({"name": "n"}) == [f"{text},n\r\n"]


@pytest.mark.parametrize("columns", [[NAME], [SKU], [PAIR], [NAME, SKU, PAIR, SLUG]])
def test_every_format_writes_a_cell_for_every_header(columns: Sequence[Any]) -> None:
    count: Callable[[str], int] = lambda row: row.count("<c/>") + row.count("<c t=")  # noqa: E731
    rows = compile_rows(columns, XlsxFormat(), "items")(CHAIR)
    assert [count(row) for row in rows] == [len(headers_of(columns))] * 2
