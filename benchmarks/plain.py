"""The plain way to do the same: boto3's `Table.query`, a dict for each row, `csv.DictWriter`, one `put_object`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from chalicelib.domain.request import ExportRequest
from chalicelib.exports.columns import Column, headers_of
from chalicelib.exports.export_type import Reference
from chalicelib.exports.products import product_columns


def read_items() -> Iterator[dict[str, Any]]:
    """Every item of the table, page after page, as boto3 gives them."""
    import boto3
    from boto3.dynamodb.conditions import Key

    table = boto3.resource("dynamodb").Table("Plain")
    request: dict[str, Any] = {"KeyConditionExpression": Key("partition").eq("bench")}
    while True:
        page = table.query(**request)
        yield from (item["document"] for item in page["Items"])
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def write_file(request: ExportRequest, reference: Reference) -> tuple[bytes, int]:
    """The CSV of all items, and how many rows it has."""
    columns = product_columns(request, reference)
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, fieldnames=headers_of(columns))
    writer.writeheader()
    rows = 0
    for product in read_items():
        for variant in product.get("variants") or [{}]:
            writer.writerow(_row(columns, product, variant))
            rows += 1
    return file.getvalue().encode(), rows


def _row(columns: list[Any], product: dict[str, Any], variant: dict[str, Any]) -> dict[str, Any]:
    row = {}
    for column in columns:
        holder = product if column.level.value == "record" else variant
        if isinstance(column, Column):
            cell = column.cell(holder)
            row[column.header] = _disarmed(cell) if column.kind.value == "text" else cell
        else:
            row |= zip(column.headers, column.cells(holder), strict=True)
    return row


def _disarmed(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") and cell else cell


def put_file(content: bytes) -> None:
    """Store the file in one piece."""
    import boto3

    boto3.client("s3").put_object(Bucket="files", Key="plain.csv", Body=content)
