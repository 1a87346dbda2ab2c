"""Who may do what: one table, to be read by people.

A permission that is added or lost changes it.
"""

from __future__ import annotations

import pytest

from deploy.permissions import KEY, LOGS, ROLES, TRACES

JOBS, HISTORY, FILES = "ExportFilesTable", "ExportEventsTable", "ExportBucket"
TELL = {"ses:SendRawEmail", "events:PutEvents"}
TIDY = {
    "s3:DeleteObject",
    "s3:AbortMultipartUpload",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
}
RECEIVE = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
CHANGE_JOBS = {"dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:PutItem"}
MAY = {
    "ApiHandlerRole": CHANGE_JOBS
    | {"dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:Query"}
    | {"dynamodb:DeleteItem"}
    | {"sqs:SendMessage", "s3:GetObject", "kms:Encrypt", "kms:Decrypt"},
    "WorkerRole": CHANGE_JOBS
    | {"dynamodb:Query", "dynamodb:BatchGetItem", "sqs:SendMessage", "s3:GetObject", "s3:PutObject"}
    | {"kms:Decrypt"}
    | RECEIVE
    | TIDY
    | TELL,
    "DeadLettersRole": CHANGE_JOBS | RECEIVE | TIDY | TELL,
    "RecoverRole": CHANGE_JOBS | {"dynamodb:Query", "sqs:SendMessage"} | TIDY | TELL,
    "SyncRole": {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"}
    | {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"}
    | {"sqs:SendMessage", "kms:Decrypt"}
    | RECEIVE,
    "ReconcileRole": {"dynamodb:GetItem", "dynamodb:Query", "sqs:SendMessage"},
    "ExpireRole": CHANGE_JOBS | {"dynamodb:Query"} | TIDY,
}


def actions_of(role: str) -> set[str]:
    return {action for statement in ROLES[role] for action in statement["Action"]}


@pytest.mark.parametrize("role", MAY)
def test_a_function_may_do_exactly_this(role: str) -> None:
    assert actions_of(role) == MAY[role]


def test_every_role_is_in_the_table() -> None:
    assert set(MAY) == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_no_statement_allows_everything(role: str) -> None:
    for statement in ROLES[role]:
        assert not any("*" in action for action in statement["Action"])
        assert statement["Resource"] != "*" or statement["Sid"] == "Mail", statement


def test_mail_comes_from_one_address_only() -> None:
    [mail] = [statement for statement in ROLES["WorkerRole"] if statement["Sid"] == "Mail"]
    assert mail["Condition"] == {"StringEquals": {"ses:FromAddress": {"Ref": "MailSender"}}}


def test_only_the_worker_reads_and_writes_files_and_only_the_api_knows_apps() -> None:
    writers = {role for role in ROLES if "s3:PutObject" in actions_of(role)}
    knowing = {
        role for role, statements in ROLES.items() if any(s["Sid"] == "Apps" for s in statements)
    }
    assert (writers, knowing) == ({"WorkerRole"}, {"ApiHandlerRole"})


def test_only_the_api_seals_tokens_of_shops_and_only_those_who_ask_shops_open_them() -> None:
    sealing = {role for role in ROLES if "kms:Encrypt" in actions_of(role)}
    opening = {role for role in ROLES if "kms:Decrypt" in actions_of(role)}
    assert sealing == {"ApiHandlerRole"}
    assert opening == {"ApiHandlerRole", "SyncRole", "WorkerRole"}


def test_only_the_sync_changes_the_catalogue() -> None:
    changing = {
        role
        for role, statements in ROLES.items()
        for statement in statements
        if statement["Sid"] == "Catalog" and "dynamodb:BatchWriteItem" in statement["Action"]
    }
    assert changing == {"SyncRole"}


def test_only_the_api_reads_and_changes_templates() -> None:
    knowing = {
        (role, statement["Sid"])
        for role, statements in ROLES.items()
        for statement in statements
        if statement["Sid"] == "Templates" or "dynamodb:DeleteItem" in statement["Action"]
    }
    assert knowing == {
        ("ApiHandlerRole", "Templates"),
        ("SyncRole", "Catalog"),
        ("SyncRole", "Shops"),
        ("SyncRole", "Marks"),
    }


def test_no_function_may_create_log_groups() -> None:
    assert LOGS["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert KEY["Fn::If"][0] == "WithKey"
    assert TRACES["Sid"] == "Traces"
