from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT_ID
from moto.dynamodb.models.table import Table

from chalicelib.adapters.aws.clients import client
from tests.places import MOTO, go_to

REGION = "us-east-1"
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


@contextmanager
def simulated_aws() -> Iterator[None]:
    """Simulate an AWS account with nothing in it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        patch.delenv("AWS_ENDPOINT_URL", raising=False)
        go_to(MOTO)
        answer_in_turn(patch)
        with mock_aws():
            yield
        client.cache_clear()


@pytest.fixture
def aws() -> Iterator[None]:
    """An AWS account of its own for each test."""
    with simulated_aws():
        yield


def create_tables() -> None:
    """Create the tables of the template in moto, under the default names of the settings."""
    for name in TABLES:
        # Ten requests for each test would take longer than most tests.
        Table.create_from_cloudformation_json(
            name, {"Properties": properties_of(name)}, ACCOUNT_ID, REGION
        )


def ask_for_tables() -> None:
    """Create these tables by requests, in the emulator."""
    for name in TABLES:
        client("dynamodb").create_table(TableName=name, **properties_of(name))


def properties_of(table: str) -> dict[str, Any]:
    """What the template says about the keys of a table."""
    properties = RESOURCES[TABLES[table]]["Properties"]
    return {key: properties[key] for key in OF_A_TABLE if key in properties}


@pytest.fixture
def dynamodb(aws: None) -> Any:
    """DynamoDB with the tables of the template, under the default names of the settings."""
    create_tables()
    return client("dynamodb")
