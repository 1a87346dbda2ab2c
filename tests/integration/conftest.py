from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import RLock
from typing import Any

import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from chalicelib.adapters.aws import client
from tests.places import MOTO, go_to

RESOURCES = json.loads((Path(__file__).parents[2] / ".chalice" / "resources.json").read_text())[
    "Resources"
]
TABLES = {
    "ExportFiles": "ExportFilesTable",
    "ExportEvents": "ExportEventsTable",
    "ExportLists": "ExportListsTable",
    "Catalog": "CatalogTable",
    "Apps": "AppsTable",
    "Issuers": "IssuersTable",
    "Idempotency": "IdempotencyTable",
    "Shops": "ShopsTable",
    "Marks": "MarksTable",
    "Templates": "TemplatesTable",
}
OF_A_TABLE = (
    "BillingMode",
    "KeySchema",
    "AttributeDefinitions",
    "LocalSecondaryIndexes",
    "GlobalSecondaryIndexes",
)


def answer_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let moto answer one request at a time.

    It walks a table's dict while another thread may be writing to it.
    """
    answer, lock = BotocoreStubber.__call__, RLock()

    def answer_alone(stubber: BotocoreStubber, *given: Any, **named: Any) -> Any:
        with lock:
            return answer(stubber, *given, **named)

    monkeypatch.setattr(BotocoreStubber, "__call__", answer_alone)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An AWS account of its own for each test."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    go_to(MOTO)
    answer_in_turn(monkeypatch)
    with mock_aws():
        yield
    client.cache_clear()


def create_tables() -> None:
    """Create the tables of the template, under the default names of the settings."""
    for name, resource in TABLES.items():
        properties = RESOURCES[resource]["Properties"]
        given = {key: properties[key] for key in OF_A_TABLE if key in properties}
        client("dynamodb").create_table(TableName=name, **given)


@pytest.fixture
def dynamodb(aws: None) -> Any:
    """DynamoDB with the tables of the template, under the default names of the settings."""
    create_tables()
    return client("dynamodb")
