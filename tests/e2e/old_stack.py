"""A stack as version 0.1.0 left it: its tables, queues and bucket, records and queued messages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from chalicelib.adapters.catalog.item import make_item
from chalicelib.adapters.catalog.writer import CatalogWriter
from chalicelib.catalog.documents import records_of
from chalicelib.exports.registry import ALL_PERMISSIONS
from ops.apps import create_app
from tests.factories import make_product

FOLDER: Final = Path(__file__).parents[1] / "integration" / "upgrade"
STACK: Final = "waybill-dev"
# The moment of the oldest record.
WRITTEN: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TIME: Final = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")
FILE: Final = b"old"


def read_records() -> dict[str, Any]:
    """The records of 0.1.0, as if written a few minutes ago: jobs of yesterday are given up."""
    by = datetime.now(UTC) - timedelta(minutes=6) - WRITTEN

    def moved(found: re.Match[str]) -> str:
        return (datetime.fromisoformat(found[0]) + by).isoformat(timespec="microseconds")

    text = (FOLDER / "records_of_0_1_0.json").read_text()
    records: dict[str, Any] = json.loads(TIME.sub(moved, text))
    return records


def create_old_stack(make_client: Callable[[str], Any]) -> dict[str, str]:
    """Create the storage of 0.1.0; the physical names by those in the template."""
    formation = make_client("cloudformation")
    template = (FOLDER / "storage_of_0_1_0.json").read_text()
    formation.create_stack(StackName=STACK, TemplateBody=template)
    formation.get_waiter("stack_create_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    found = formation.describe_stack_resources(StackName=STACK)["StackResources"]
    return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found}


def fill_old_stack(make_client: Callable[[str], Any], names: dict[str, str]) -> str:
    """Put data and queued messages in, and return the token of an app."""
    records = read_records()
    for table in ("ExportFiles", "ExportEvents"):
        for item in records[table]:
            make_client("dynamodb").put_item(TableName=names[f"{table}Table"], Item=item)
    for record in records["ExportFiles"]:
        if "file_key" in record:
            place = {"Bucket": names["ExportBucket"], "Key": record["file_key"]["S"]}
            make_client("s3").put_object(**place, Body=FILE)
    _load(names["CatalogTable"])
    for body in old_messages(records["names"]):
        make_client("sqs").send_message(QueueUrl=names["ExportQueue"], MessageBody=body)
    app = create_app(names["AppsTable"], name="Old script", permissions=ALL_PERMISSIONS)
    return app.token


def old_messages(names: dict[str, str]) -> list[str]:
    """Messages of 0.1.0: without a group, and a segment's without anything but its number."""
    start: list[dict[str, Any]] = [
        {"export_id": names[name], "step": "start"} for name in ("queued", "large")
    ]
    segments: list[dict[str, Any]] = [
        {"export_id": names["halfway"], "step": "segment", "segment": number} for number in (0, 1)
    ]
    return [json.dumps({"shop": "default", **one}) for one in (*start, *segments)]


def _load(table: str) -> None:
    records = [one for n in (1, 2, 501) for one in records_of("products", make_product(n))]
    for bucket in (0, 1):
        items = [
            make_item("default", "products", one.number, one.document)
            for one in records
            if one.number // 500 == bucket
        ]
        CatalogWriter(table).replace_bucket("default", "products", bucket, items, None)
