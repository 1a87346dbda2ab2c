"""Each function's role allows what the function does, all of that and nothing more.

The emulator enforces it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.aws.clients import client
from deploy.permissions import ROLES
from tests.e2e.account import (
    LOOK,
    Account,
    bury_a_message,
    connect_a_shop,
    export_and_look,
    message,
    records,
    recover_and_expire,
    tick,
)
from tests.e2e.left_jobs import leave_pending
from tests.local_run import LocalRun
from tests.places import go_to
from tests.recorded_calls import Call, allows, calls

# Lambda itself does this with a function's role; the emulator's does it without asking.
OF_LAMBDA = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
STATEMENTS = [
    (role, statement["Sid"]) for role, statements in ROLES.items() for statement in statements
]
FUNCTIONS = {
    "ApiHandlerRole": "APIHandler",
    "WorkerRole": "Worker",
    "DeadLettersRole": "DeadLetters",
    "RecoverRole": "Recover",
    "ExpireRole": "Expire",
    "SyncRole": "Sync",
    "ReconcileRole": "Reconcile",
}


@pytest.fixture
def account(operator: LocalRun) -> Account:
    return Account(operator)


@pytest.fixture(scope="module")
def recorded(service: LocalRun) -> list[Call]:
    """What the functions asked of AWS while each did all that it is there for."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in service.environment().items():
            patch.setenv(name, value)
        go_to(service.facts["aws_endpoint_url"])
        account = Account(service)
        bury_a_message(account)
        export_and_look(service)
        recover_and_expire(account)
        connect_a_shop(account)
        client.cache_clear()
    return [call for call in calls(service.state) if call.session != "stranger"]


def test_nothing_that_a_function_does_is_denied(recorded: list[Call]) -> None:
    assert recorded
    assert [call for call in recorded if not call.is_allowed] == []


@pytest.mark.parametrize(("role", "sid"), STATEMENTS)
def test_without_this_statement_something_is_denied(
    role: str, sid: str, recorded: list[Call], account: Account
) -> None:
    """And not only without the statement: without any single action of it."""
    deployed, name = account.statements(role), account.physical(role)
    [statement] = [it for it in deployed if it["Sid"] == sid]
    others = [it for it in deployed if it["Sid"] != sid]
    asked = {(call.action, call.resource) for call in recorded if call.role == name}
    only_here = {
        action
        for action, resource in asked
        if allows(statement, action, resource)
        and not any(allows(other, action, resource) for other in others)
    }
    assert set(statement["Action"]) - OF_LAMBDA == only_here


def looks(account: Account) -> bool:
    return "errors" not in account.service.graphql(LOOK)


def does(function: str) -> Callable[[Account], bool]:
    """Runs a function on a job of its own, or as the schedule does."""
    with_message = function in ("Worker", "DeadLetters")
    return lambda account: account.invoke(
        function, records(leave_pending(account.service)) if with_message else tick()
    )


@pytest.mark.parametrize(
    ("role", "sid", "act"),
    [
        ("ApiHandlerRole", "Lists", looks),
        ("WorkerRole", "Jobs", does("Worker")),
        ("DeadLettersRole", "Jobs", does("DeadLetters")),
        ("RecoverRole", "Due", does("Recover")),
        ("ExpireRole", "Due", does("Expire")),
        ("ReconcileRole", "ShopList", does("Reconcile")),
    ],
)
def test_a_function_breaks_when_a_statement_is_taken_away(
    role: str, sid: str, act: Callable[[Account], bool], account: Account
) -> None:
    assert act(account)
    with account.without(role, sid):
        assert not act(account)
    assert act(account)


def an_index(table: str, name: str, attribute: str) -> dict[str, Any]:
    condition = {
        "KeyConditionExpression": f"{attribute} = :value",
        "ExpressionAttributeValues": {":value": {"S": "x"}},
    }
    return {"TableName": table, "IndexName": name, **condition}


APP = {"TableName": "AppsTable", "Key": {"token_hash": {"S": "x"}}}
ISSUER = {"TableName": "IssuersTable", "Key": {"issuer": {"S": "x"}}}
RECORD = {"TableName": "CatalogTable", "Key": {"partition": {"S": "x"}, "number": {"N": "1"}}}
EXPORT = {"TableName": "ExportFilesTable", "Key": {"shop": {"S": "x"}, "id": {"S": "x"}}}
SHOP = {"TableName": "ShopsTable", "Key": {"shop": {"S": "x"}, "item": {"S": "x"}}}
SYNC_OF_NOBODY = json.dumps({"shop": "nobody", "step": "reconcile", "kind": ""})
FILE = {"Bucket": "ExportBucket", "Key": "exports/nobody/x"}
SHORTLY = {"VisibilityTimeout": 0}
ASKED = {
    "QueueUrl": "ExportQueue",
    "Entries": [{"Id": "1", "MessageBody": message("nobody", "nobody")}],
}
EVENT = {"Entries": [{"Source": "x", "DetailType": "x", "Detail": "{}"}]}
# Work of one function or a few, as a call on resources by their names in the template, and whose it
# is.
WORK: dict[str, tuple[str, str, dict[str, Any], set[str]]] = {
    "learn who a token is": ("dynamodb", "get_item", APP, {"ApiHandlerRole"}),
    "learn who an issuer is": ("dynamodb", "get_item", ISSUER, {"ApiHandlerRole"}),
    "accept an issuer": (
        "dynamodb",
        "put_item",
        {"TableName": "IssuersTable", "Item": {"issuer": {"S": "x"}}},
        set(),
    ),
    "let an app in": (
        "dynamodb",
        "put_item",
        {"TableName": "AppsTable", "Item": {"token_hash": {"S": "x"}}},
        set(),
    ),
    "change the catalogue": ("dynamodb", "delete_item", RECORD, {"SyncRole"}),
    "forget an export": ("dynamodb", "delete_item", EXPORT, set()),
    "look for what is due": (
        "dynamodb",
        "query",
        an_index("ExportFilesTable", "by_due_at", "due_for"),
        {"RecoverRole", "ExpireRole"},
    ),
    "list exports": (
        "dynamodb",
        "query",
        an_index("ExportListsTable", "by_status", "status_list"),
        {"ApiHandlerRole"},
    ),
    "write a file": ("s3", "put_object", FILE, {"WorkerRole"}),
    "write beside the files": ("s3", "put_object", {**FILE, "Key": "nobody/x"}, set()),
    "hand out a file": ("s3", "get_object", FILE, {"ApiHandlerRole", "WorkerRole"}),
    "remove a file": (
        "s3",
        "delete_object",
        FILE,
        {"WorkerRole", "DeadLettersRole", "RecoverRole", "ExpireRole"},
    ),
    "take a message": (
        "sqs",
        "receive_message",
        {"QueueUrl": "ExportQueue", **SHORTLY},
        {"WorkerRole"},
    ),
    "take a dead letter": (
        "sqs",
        "receive_message",
        {"QueueUrl": "ExportDeadLetters", **SHORTLY},
        {"DeadLettersRole"},
    ),
    "ask a worker": (
        "sqs",
        "send_message_batch",
        ASKED,
        {"ApiHandlerRole", "WorkerRole", "RecoverRole"},
    ),
    "tell other systems": (
        "events",
        "put_events",
        EVENT,
        {"WorkerRole", "DeadLettersRole", "RecoverRole"},
    ),
    "learn which shop installed the app": (
        "dynamodb",
        "get_item",
        SHOP,
        FUNCTIONS.keys() - {"ExpireRole"},
    ),
    "change the state of a shop": (
        "dynamodb",
        "put_item",
        {"TableName": "ShopsTable", "Item": SHOP["Key"]},
        {"ApiHandlerRole", "WorkerRole", "SyncRole"},
    ),
    "list shops": (
        "dynamodb",
        "query",
        an_index("ShopsTable", "by_item", "item"),
        {"ApiHandlerRole", "ReconcileRole"},
    ),
    "forget a shop": ("dynamodb", "delete_item", SHOP, {"SyncRole"}),
    "mark a record": (
        "dynamodb",
        "update_item",
        {"TableName": "MarksTable", "Key": {"shop_kind": {"S": "x"}, "id": {"S": "x"}}},
        {"ApiHandlerRole", "SyncRole"},
    ),
    "encrypt the token of a shop": (
        "kms",
        "encrypt",
        {"KeyId": "ShopKey", "Plaintext": b"x"},
        {"ApiHandlerRole"},
    ),
    "decrypt the token of a shop": (
        "kms",
        "decrypt",
        {"KeyId": "ShopKey", "CiphertextBlob": b"x"},
        {"ApiHandlerRole", "WorkerRole", "SyncRole"},
    ),
    "ask for a sync": (
        "sqs",
        "send_message_batch",
        {"QueueUrl": "SyncQueue", "Entries": [{"Id": "1", "MessageBody": SYNC_OF_NOBODY}]},
        {"ApiHandlerRole", "WorkerRole", "SyncRole", "ReconcileRole"},
    ),
    "take a message of a sync": (
        "sqs",
        "receive_message",
        {"QueueUrl": "SyncQueue", **SHORTLY},
        {"SyncRole"},
    ),
}


@pytest.mark.parametrize("work", WORK)
def test_a_function_cannot_do_the_work_of_another(work: str, account: Account) -> None:
    service, operation, given, allowed = WORK[work]
    names = {"TableName", "Bucket", "QueueUrl", "KeyId"}
    request = {
        name: account.physical(value) if name in names else value for name, value in given.items()
    }
    may = {
        role
        for role in FUNCTIONS
        if not _is_denied(account.acting_as(role)(service), operation, request)
    }
    assert may == allowed


def _is_denied(acting: Any, operation: str, request: dict[str, Any]) -> bool:
    try:
        getattr(acting, operation)(**request)
    except ClientError as error:
        return error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException")
    return False
