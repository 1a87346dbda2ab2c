"""The jobs that a replayed worker does, and the answers of AWS to all that it asks."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from benchmarks import packed
from benchmarks.shop import make_catalog, make_request
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.lease import claimed
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import App
from chalicelib.formats.registry import FileType

# The shop of one product, whose export warms the worker.
SMALL_SHOP: Final = "small"
OWNER: Final = "worker"
LEASE_SECONDS: Final = 60
# The ids of the jobs that a worker has looked for.
_FOUND: Final[set[str]] = set()
# PynamoDB asks for the updated attributes and reads none of them.
_UPDATED: Final = b'{"Attributes": {}}'
_PUBLISHED: Final = b'{"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}'
ANSWERS: Final = {"UpdateItem": _UPDATED, "TransactWriteItems": b"{}", "PutEvents": _PUBLISHED}


def make_job(shop: str, export_id: str) -> ExportFile:
    """Return a pending export. Its id says the columns and the file type."""
    now = datetime.now(UTC)
    columns, file_type, _ = export_id.split()
    return ExportFile(
        id=export_id,
        shop=shop,
        request=_request(columns, FileType(file_type)),
        file_name=f"products.{file_type.lower()}",
        created_at=now,
        updated_at=now,
        expires_at=now + timedelta(days=1),
        app=App(id="QXBwOjE=", name="Script"),
    )


def _request(columns: str, file_type: FileType) -> ExportRequest:
    if columns in packed.PARAMETERS:
        return packed.make_request(columns, file_type)
    return make_request(make_catalog(1), columns, file_type)


def find_item(table: str, key: dict[str, Any]) -> bytes:
    """Return the answer of `GetItem`: the job of this key. Other tables are empty.

    The worker has claimed a job when it looks for the second time.
    """
    if table != "ExportFiles":
        return b"{}"
    export_id = key["id"]["S"]
    job = make_job(key["shop"]["S"], export_id)
    if export_id in _FOUND:
        job = claimed(job, owner=OWNER, now=job.created_at, seconds=LEASE_SECONDS)
    _FOUND.add(export_id)
    return _item_of(job)


def _item_of(job: ExportFile) -> bytes:
    from chalicelib.adapters.export_files.file_items import job_attributes
    from chalicelib.adapters.export_files.file_models import ExportFileItem

    item = ExportFileItem(job.shop, job.id, **job_attributes(job))
    return json.dumps({"Item": item.serialize()}).encode()


class _Ends(logging.Handler):
    """Keeps what the worker logs about ended exports."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage() == "export succeeded":
            self.ended.append({"rows": vars(record)["rows"], "bytes": vars(record)["bytes"]})


def make_worker(shop: str) -> Callable[[str, str], dict[str, Any]]:
    """Return a function that does the whole work of a message, with a warm worker."""
    from chalicelib import bootstrap
    from chalicelib.services.work.work_export import work_export

    worker, ends = replace(bootstrap.worker(), new_token=lambda: OWNER), _Ends()
    log = logging.getLogger("waybill")
    log.addHandler(ends)

    def work(columns: str, file_type: str, shop: str = shop) -> dict[str, Any]:
        export_id = f"{columns} {file_type} {uuid4().hex}"
        message = ExportMessage(shop=shop, export_id=export_id, step=Step.START)
        work_export(worker, message)
        # A worker that fails an export does not raise.
        return ends.ended.pop()

    work("everything", "CSV", SMALL_SHOP)
    return work
