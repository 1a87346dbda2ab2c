"""The plain way to do the same: boto3's `Table.query`, a dict for each row, `csv.DictWriter`, one `put_object`.

Its items are already lean documents with the cells' texts ready: the same columns need no more work here than with us.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, Final

import boto3
import openpyxl
from boto3.dynamodb.conditions import Key

from chalicelib.domain.request import ExportRequest, FileType
from chalicelib.exports.columns import Column, Level, headers_of
from chalicelib.exports.export_type import Reference
from chalicelib.exports.products import product_columns
from chalicelib.formats.cells import CellKind

Row = dict[str, Any]


class PlainShop:
    """The table and the bucket, as boto3 gives them."""

    def __init__(self) -> None:
        self._table = boto3.resource("dynamodb").Table("Plain")
        self._s3 = boto3.client("s3")

    def read_items(self) -> Iterator[dict[str, Any]]:
        """Every item of the table, page after page."""
        request: dict[str, Any] = {"KeyConditionExpression": Key("partition").eq("bench")}
        while True:
            page = self._table.query(**request)
            yield from (item["document"] for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def put(self, content: bytes) -> None:
        """Store the file in one piece."""
        self._s3.put_object(Bucket="files", Key="plain", Body=content)


def write_csv(shop: PlainShop, request: ExportRequest, reference: Reference) -> tuple[bytes, int]:
    """The CSV of all items, and how many rows it has."""
    columns = product_columns(request, reference)
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, fieldnames=headers_of(columns))
    writer.writeheader()
    count = 0
    for row in rows_of(shop, columns, _disarmed):
        writer.writerow(row)
        count += 1
    return file.getvalue().encode(), count


def write_xlsx(shop: PlainShop, request: ExportRequest, reference: Reference) -> tuple[bytes, int]:
    """The workbook of all items, written by openpyxl in its write-only mode."""
    columns = product_columns(request, reference)
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


def rows_of(shop: PlainShop, columns: list[Column], write_text: Callable[[str], str]) -> Iterator[Row]:
    """A dict of cells by header for each variant."""
    for product in shop.read_items():
        for variant in product.get("variants") or [{}]:
            row = {}
            for column in columns:
                cell = _cell(product if column.level is Level.RECORD else variant, column.path)
                row[column.header] = write_text(cell) if column.kind is CellKind.TEXT else cell
            yield row


def _cell(holder: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        holder = holder.get(step) if isinstance(step, str) else holder[step]
        if holder is None:
            return ""
    return holder


def _disarmed(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else cell
