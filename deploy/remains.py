"""The tables, the bucket and the key that a destroyed stack leaves behind on purpose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from deploy.stack import MakeClient

TABLES: Final = (
    "ExportFilesTable",
    "ExportEventsTable",
    "ExportListsTable",
    "CatalogTable",
    "AppsTable",
    "IssuersTable",
    "IdempotencyTable",
    "ShopsTable",
    "MarksTable",
    "TemplatesTable",
)
GONE: Final = (
    "ResourceNotFoundException",
    "NoSuchBucket",
    "NotFoundException",
    # The key waits for its deletion already.
    "KMSInvalidStateException",
)
# The longest that KMS offers. Until then the deletion can be cancelled, and the key costs nothing.
KEY_WAITS_DAYS: Final = 30


def names_of(outputs: Mapping[str, str]) -> list[str]:
    """Return the names of the tables, the bucket and the key that outlive the stack."""
    return [outputs[name] for name in (*TABLES, "ExportBucket", "ShopKey") if name in outputs]


def remove(client: MakeClient, outputs: Mapping[str, str]) -> None:
    """Delete tables and bucket, and let KMS delete the key later. Missing ones are skipped."""
    for name in TABLES:
        if name in outputs:
            _ignore_gone(
                lambda table=outputs[name]: client("dynamodb").delete_table(TableName=table)
            )
    if "ExportBucket" in outputs:
        _ignore_gone(lambda: _remove_bucket(client("s3"), outputs["ExportBucket"]))
    if "ShopKey" in outputs:
        _ignore_gone(
            lambda: client("kms").schedule_key_deletion(
                KeyId=outputs["ShopKey"], PendingWindowInDays=KEY_WAITS_DAYS
            )
        )


def _remove_bucket(s3: Any, bucket: str) -> None:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        keys = [{"Key": item["Key"]} for item in page.get("Contents", ())]
        if keys:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
    s3.delete_bucket(Bucket=bucket)


def _ignore_gone(act: Any) -> None:
    try:
        act()
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
