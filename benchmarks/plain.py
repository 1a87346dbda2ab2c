"""Export the plain way: boto3's `Table.query`, a dict per row, `csv.DictWriter`, one `put_object`.

The plain way reads one of two tables. `Plain` holds products as the shop's API returns them, stored
as native maps and lists; `benchmarks/plain_cells.py` makes the cells row by row. `Ready` holds our
documents, whose cell texts are ready, also as native maps and lists. The remaining difference to
our export is then reading and writing alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import boto3
import openpyxl
from boto3.dynamodb.conditions import Key

from benchmarks.plain_cells import cells_of_product, cells_of_variant
from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.request import ExportRequest
from chalicelib.exports.columns import Column, Level, headers_of
from chalicelib.exports.product_columns import product_columns
from chalicelib.formats.cells import CellKind
from chalicelib.formats.registry import FileType

Row = dict[str, Any]
PLAIN: Final = "Plain"
READY: Final = "Ready"


class PlainShop:
    """A table of products and a bucket, used through boto3."""

    def __init__(self, table: str) -> None:
        self._table = boto3.resource("dynamodb").Table(table)
        self._s3 = boto3.client("s3")
        self.cells = READERS[table]

    def read_items(self) -> Iterator[dict[str, Any]]:
        """Yield every item of the table, page by page."""
        request: dict[str, Any] = {"KeyConditionExpression": Key("partition").eq("bench")}
        while True:
            page = self._table.query(**request)
            yield from (item["product"] for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def put(self, content: bytes) -> None:
        """Store the file with one request."""
        self._s3.put_object(Bucket="files", Key="plain", Body=content)


def write_csv(
    shop: PlainShop, request: ExportRequest, dictionaries: Dictionaries
) -> tuple[bytes, int]:
    """Return the CSV of all items and its number of rows."""
    columns = product_columns(request, dictionaries)
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, fieldnames=headers_of(columns))
    writer.writeheader()
    count = 0
    for row in rows_of(shop, columns, _disarmed):
        writer.writerow(row)
        count += 1
    return file.getvalue().encode(), count


def write_xlsx(
    shop: PlainShop, request: ExportRequest, dictionaries: Dictionaries
) -> tuple[bytes, int]:
    """Return the workbook of all items, written by openpyxl in its write-only mode."""
    columns = product_columns(request, dictionaries)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    sheet.append(headers_of(columns))
    count = 0
    for row in rows_of(shop, columns, str):
        sheet.append(list(row.values()))
        count += 1
    file = io.BytesIO()
    book.save(file)
    return file.getvalue(), count


WRITERS: Final = {FileType.CSV: write_csv, FileType.XLSX: write_xlsx}


def rows_of(
    shop: PlainShop, columns: list[Column], write_text: Callable[[str], str]
) -> Iterator[Row]:
    """Yield a dict of cells for each variant; the product's cells are made once."""
    of_record = [column for column in columns if column.level is Level.RECORD]
    of_row = [column for column in columns if column.level is Level.ROW]

    def fill(row: Row, cells: Iterable[tuple[Column, Any]]) -> Row:
        for column, cell in cells:
            row[column.header] = write_text(cell) if column.kind is CellKind.TEXT else cell
        return row

    empty = dict.fromkeys(headers_of(columns), "")
    of_product, of_variant = shop.cells
    for product in shop.read_items():
        row = fill(dict(empty), of_product(product, of_record))
        for variant in product.get("variants") or [None]:
            yield fill(dict(row), of_variant(variant, of_row)) if variant else row


def _ready_cells(holder: Any, columns: Iterable[Column]) -> Iterator[tuple[Column, Any]]:
    for column in columns:
        cell = _ready_cell(holder, column.path)
        if column.join is not None:
            cell = column.join.write(tuple(cell) if isinstance(cell, list) else cell)
        yield column, cell


def _ready_cell(holder: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        holder = holder.get(step) if isinstance(step, str) else holder[step]
        if holder is None:
            return ""
    return holder


# The functions that make the cells of a product and of a variant.
READERS: Final = {PLAIN: (cells_of_product, cells_of_variant), READY: (_ready_cells, _ready_cells)}


def _disarmed(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
