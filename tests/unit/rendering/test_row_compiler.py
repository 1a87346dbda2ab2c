from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.request import Formulas
from chalicelib.errors import CatalogIncomplete
from chalicelib.exports.columns import Column, Level, headers_of
from chalicelib.formats.cells import CellKind
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.formats.row_format import RowFormat
from chalicelib.formats.xlsx_format import XlsxFormat
from chalicelib.rendering.row_compiler import compile_rows

CSV = CsvFormat(Formulas.RAW)


def make_column(key: str, level: Level = Level.RECORD) -> Column:
    return Column(key, CellKind.TEXT, level, (key,))


NAME, SLUG = make_column("name"), make_column("slug")
SIZE, SKU = make_column("size", Level.ROW), make_column("sku", Level.ROW)
PRICE, CURRENCY = (Column(f"c{n}", CellKind.BARE, Level.ROW, ("prices", "web", n)) for n in (0, 1))
CHAIR = {
    "name": "Chair",
    "slug": "chair",
    "items": [
        {"sku": "C1", "size": "S", "prices": {"web": ["1", "EUR"], "shop": []}},
        {"sku": "C2", "prices": {}},
    ],
}


def rows_of(
    columns: Sequence[Column],
    document: Any,
    rows_key: str | None = None,
    row_format: RowFormat = CSV,
) -> list[str]:
    made = compile_rows(columns, row_format, rows_key)([json.dumps(document).encode()])
    return [row.decode() for row in made]


def test_headers_are_in_the_order_of_the_columns() -> None:
    assert headers_of([NAME, PRICE, SKU]) == ["name", "c0", "sku"]


def test_without_a_list_of_rows_a_record_is_one_row() -> None:
    assert rows_of([NAME, SLUG], CHAIR) == ["Chair,chair\r\n"]


def test_a_record_is_a_row_for_each_item_of_its_list() -> None:
    assert rows_of([NAME, SKU], CHAIR, "items") == ["Chair,C1\r\n", "Chair,C2\r\n"]


@pytest.mark.parametrize("record", [{"name": "Chair"}, {"name": "Chair", "items": []}])
def test_a_record_without_items_is_one_row_with_nothing_at_row_level(
    record: dict[str, Any],
) -> None:
    assert rows_of([NAME, SKU, PRICE, CURRENCY], record, "items") == ["Chair,,,\r\n"]


def test_levels_may_take_turns_and_the_order_asked_is_kept() -> None:
    rows = rows_of([SKU, NAME, SIZE, PRICE, CURRENCY, SLUG, NAME], CHAIR, "items")
    assert rows == ["C1,Chair,S,1,EUR,chair,Chair\r\n", "C2,Chair,,,,chair,Chair\r\n"]


def test_a_path_leads_through_objects_and_arrays() -> None:
    document = {"prices": {"web": ["1", "EUR", "more"]}}
    deep = [
        Column("x", CellKind.BARE, Level.RECORD, ("prices", "web", place)) for place in (1, 4, 0)
    ]
    assert rows_of(deep, document) == ["EUR,,1\r\n"]


KEYS = st.text(st.one_of(st.sampled_from('"\\\\\n\0\x7f'), st.characters(codec="utf-8")))


@given(st.lists(KEYS, min_size=2, max_size=6, unique=True))
def test_any_slug_can_be_asked_for(keys: list[str]) -> None:
    columns = [Column("x", CellKind.BARE, Level.RECORD, ("map", key)) for key in keys]
    places = {key: str(place) for place, key in enumerate(keys)}
    assert rows_of(columns, {"map": places}) == [",".join(places[key] for key in keys) + "\r\n"]


QUOTED = '19" rack\\n'


def test_a_slug_with_a_quote_changes_nothing_about_the_other_cells() -> None:
    record = {
        **CHAIR,
        "map": {QUOTED: "wide"},
        "items": [{"prices": {QUOTED: ["2", "EUR"]}}, {"sku": "C2"}],
    }
    price = Column("price", CellKind.BARE, Level.ROW, ("prices", QUOTED, 1))
    rows = rows_of(
        [NAME, Column("width", CellKind.TEXT, Level.RECORD, ("map", QUOTED)), SKU, price],
        record,
        "items",
    )
    assert rows == ["Chair,wide,,EUR\r\n", "Chair,wide,C2,\r\n"]


BROKEN = [b"", b"{", b"[]", b'{"name": 1}', b'{"name": null}', b'{"items": 7}', b'{"items": [[]]}']


@pytest.mark.parametrize("slug", ["size", QUOTED])
@pytest.mark.parametrize("broken", BROKEN)
def test_a_document_that_cannot_be_read_is_no_row(broken: bytes, slug: str) -> None:
    with pytest.raises(CatalogIncomplete, match="cannot be read"):
        compile_rows([NAME, SKU, make_column(slug, Level.ROW)], CSV, "items")([broken])


@pytest.mark.parametrize(
    ("kind", "cell", "text"),
    [
        (CellKind.TEXT, "-a", "'-a"),
        (CellKind.VALUE, "-1 kg", "-1 kg"),
        (CellKind.BARE, "-1.5", "-1.5"),
        (CellKind.NUMBER, -1, "-1"),
        (CellKind.NUMBER, "absent", ""),
    ],
)
def test_the_kind_of_a_column_decides_how_its_cell_is_written(
    kind: CellKind, cell: Any, text: str
) -> None:
    column = Column("x", kind, Level.RECORD, ("x",))
    document = {"name": "n"} if cell == "absent" else {"name": "n", "x": cell}
    assert rows_of([column, NAME], document, row_format=CsvFormat(Formulas.ESCAPE)) == [
        f"{text},n\r\n"
    ]


@pytest.mark.parametrize("columns", [[NAME], [SKU], [PRICE, CURRENCY], [NAME, SKU, PRICE, SLUG]])
def test_every_format_writes_a_cell_for_every_header(columns: Sequence[Any]) -> None:
    count: Callable[[str], int] = lambda row: row.count("<c r=")  # noqa: E731
    rows = rows_of(columns, CHAIR, "items", XlsxFormat())
    assert [count(row) for row in rows] == [len(headers_of(columns))] * 2
