"""A service that hangs costs a call, not the function that waits for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from pynamodb.models import Model
from urllib3 import HTTPHeaderDict

from chalicelib.adapters.aws.clients import client, is_passing
from chalicelib.adapters.aws.http_answer import Answer
from chalicelib.adapters.aws.pynamo import StoredModel
from chalicelib.adapters.catalog.lean_dynamodb import PAGES_AHEAD, make_lean_client
from chalicelib.adapters.export_files.store import DynamoExportFileStore

STAGES = json.loads((Path(__file__).parents[4] / ".chalice/config.json").read_text())["stages"]
# Between the attempts of botocore's standard mode: up to 1 and 2 seconds.
PAUSES_SECONDS = 3


@pytest.fixture(autouse=True)
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def slowest_seconds(client: Any) -> float:
    """How long a call lasts whose every attempt runs into its time-outs."""
    config = client.meta.config
    # The first attempt is not botocore's, except for mails.
    is_lean = client.meta.service_model.service_name != "ses"
    attempts: int = config.retries["total_max_attempts"] + is_lean
    return attempts * float(config.connect_timeout + config.read_timeout) + PAUSES_SECONDS


@pytest.mark.parametrize("service", ["dynamodb", "sqs", "ses", "events", "kms"])
def test_a_call_ends_before_the_function_of_the_api_does(service: str) -> None:
    for stage in STAGES.values():
        assert slowest_seconds(client(service)) < stage["lambda_timeout"]


@pytest.mark.parametrize("service", ["dynamodb", "sqs", "ses", "events", "kms"])
def test_outside_s3_no_one_waits_longer_than_five_seconds(service: str) -> None:
    config = client(service).meta.config
    assert 2 <= config.connect_timeout <= 5
    assert 2 <= config.read_timeout <= 5


def test_a_deployment_does_not_ask_twice_while_a_large_template_is_read() -> None:
    assert client("cloudformation").meta.config.read_timeout == 60


def test_the_catalogue_is_waited_for_no_longer_than_other_tables() -> None:
    config = make_lean_client().meta.config
    assert (config.connect_timeout, config.read_timeout) == (2, 5)


def test_pages_that_are_read_ahead_do_not_wait_for_each_others_connections() -> None:
    assert make_lean_client().meta.config.max_pool_connections >= 2 * PAGES_AHEAD


def test_a_read_of_the_catalogue_has_eight_attempts_and_a_write_has_three() -> None:
    for made, attempts in ((make_lean_client(), 8), (client("dynamodb"), 3)):
        retries = made.meta.config.retries
        assert (retries["mode"], retries["total_max_attempts"] + 1) == ("standard", attempts)


def test_s3_has_the_time_to_compose_a_large_file_and_the_worker_to_see_it_fail() -> None:
    assert client("s3").meta.config.read_timeout >= 60
    for stage in STAGES.values():
        worker = stage["lambda_functions"]["worker"]["lambda_timeout"]
        assert slowest_seconds(client("s3")) < worker


@pytest.mark.parametrize(
    ("service", "call"),
    [
        ("dynamodb", lambda dynamodb: dynamodb.list_tables()),
        ("sqs", lambda sqs: sqs.list_queues()),
        ("events", lambda events: events.list_event_buses()),
        ("kms", lambda kms: kms.list_keys()),
    ],
)
def test_the_first_attempt_of_a_call_with_a_json_body_is_not_botocores(
    service: str, call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    made, sent = client.__wrapped__(service), list[Any]()

    def answer(request: Any, **_: Any) -> Answer:
        sent.append(request)
        return Answer(200, HTTPHeaderDict(), b"{}")

    made.meta.events.register(f"before-send.{service}", answer)
    call(made)
    # Only botocore numbers its attempts.
    assert ["amz-sdk-request" in request.headers for request in sent] == [False]


def test_pynamodb_uses_the_client_that_is_kept() -> None:
    DynamoExportFileStore("ExportFiles", "ExportEvents")
    assert Model.__subclasses__() == [StoredModel]
    for model in StoredModel.__subclasses__():
        assert model._get_connection().connection.client is client("dynamodb")


def test_a_request_that_botocore_refuses_to_send_is_not_worth_another_attempt() -> None:
    assert not is_passing(ParamValidationError(report="Invalid type"))


@pytest.mark.parametrize(
    ("code", "status", "passes"),
    [
        ("InternalServerError", 500, True),
        ("Odd", 503, True),
        ("ThrottlingException", 400, True),
        ("AccessDeniedException", 400, False),
    ],
)
def test_a_fault_of_aws_or_a_throttled_request_is_worth_another_attempt(
    code: str, status: int, passes: bool
) -> None:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    assert is_passing(ClientError(answer, "Query")) is passes
