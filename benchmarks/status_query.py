"""Measure the processor time of a status query: the API's handler against recorded answers.

    python -m benchmarks.status_query

A client asks for status and link of a finished export, again and again. The answers of DynamoDB
are recorded and come from another process, so that only the function's own time counts.
"""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, Final
from unittest.mock import patch

from benchmarks.recorded import Recorded
from chalicelib.adapters.shops.app_store import hash_token
from chalicelib.domain.export_event import Download
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import App

QUERIES: Final = 200
RUNS: Final = 5
TOKEN: Final = "waybill_token"
APP: Final = App(id="QXBwOjE=", name="Script")
QUERY: Final = "query($id:ID!){exportFile(id:$id){status url}}"


def recorded_answers() -> dict[str, Any]:
    """Return the answer to each read of a status query, by operation and table."""
    from chalicelib.adapters.export_files.event_models import link_item
    from chalicelib.adapters.export_files.file_items import job_attributes
    from chalicelib.adapters.export_files.file_models import ExportFileItem

    job = make_job()
    item = ExportFileItem(job.shop, job.id, **job_attributes(job))
    until = datetime.now(UTC) + timedelta(minutes=5)
    link = link_item(job, Download(date=job.created_at, until=until, app=APP), APP.id)
    return {
        "GetItem Apps": {"Item": _app_item()},
        "GetItem ExportFiles": {"Item": item.serialize()},
        "BatchGetItem ExportEvents": {
            "Responses": {"ExportEvents": [link.serialize()]},
            "UnprocessedKeys": {},
        },
    }


def make_job() -> ExportFile:
    """Return an export that has just ended and whose requestor was notified."""
    now = datetime.now(UTC)
    return ExportFile(
        id="00000000-0000-4000-8000-000000000001",
        shop="bench",
        request=ExportRequest(export_type="products"),
        status=JobStatus.SUCCESS,
        created_at=now,
        updated_at=now,
        expires_at=now + timedelta(days=1),
        app=APP,
        file_name="products.csv",
        file_key="exports/bench/1/products.csv",
        file_size_bytes=1_000,
        row_count=10,
        notified_at=now,
    )


def _app_item() -> dict[str, Any]:
    return {
        "token_hash": {"S": hash_token(TOKEN)},
        "is_active": {"BOOL": True},
        "shop": {"S": "bench"},
        "app_id": {"S": APP.id},
        "name": {"S": APP.name},
        "permissions": {"L": [{"S": "MANAGE_PRODUCTS"}]},
    }


def make_event() -> dict[str, Any]:
    """Return the event of API Gateway for one status query."""
    variables = {"id": encode_global_id("ExportFile", make_job().id)}
    return {
        "requestContext": {
            "httpMethod": "POST",
            "resourcePath": "/graphql",
            "requestId": "one",
            "path": "/graphql",
        },
        "resource": "/graphql",
        "path": "/graphql",
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "isBase64Encoded": False,
        "body": json.dumps({"query": QUERY, "variables": variables}),
    }


def measure_status_query() -> float:
    """Return the median processor seconds of a status query of a warm function."""
    with (
        Recorded(recorded_answers()) as recorded,
        patch.dict(os.environ, recorded.environment()),
    ):
        from app import app

        event = make_event()
        for _ in range(QUERIES):
            _answer(app, event)
        return median(_seconds(app, event) for _ in range(RUNS))


def _seconds(app: Any, event: dict[str, Any]) -> float:
    began = time.process_time()
    for _ in range(QUERIES):
        _answer(app, event)
    return (time.process_time() - began) / QUERIES


def _answer(app: Any, event: dict[str, Any]) -> None:
    answer = app(event, None)
    if '"url": "http' not in answer["body"]:
        raise SystemExit(f"The query failed: {answer}")


if __name__ == "__main__":
    print(f"a status query: {measure_status_query() * 1000:.2f} ms of processor time")
