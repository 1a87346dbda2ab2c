from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.queue import group_of
from chalicelib.adapters.shops.issuer_store import DynamoIssuerStore
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.settings import Settings
from ops.cli import commands
from ops.doctor import examine
from ops.load_catalog import load_catalog
from ops.worker_concurrency import Concurrency, find_concurrency, find_fault
from tests.api_client import key_server
from tests.catalog_files import REAL_CATALOG
from tests.fake_service import FakeService

pytestmark = pytest.mark.skipif(
    not REAL_CATALOG.exists(), reason="../shared/saleor/catalog is not here"
)


@pytest.fixture
def loaded(deployment: FakeService, tmp_path: Path) -> FakeService:
    # The doctor looks for these kinds only.
    for kind in ("shop", "channels"):
        shutil.copy(REAL_CATALOG / f"{kind}.jsonl", tmp_path)
    load_catalog(tmp_path, "default", "Catalog")
    # The simulation refuses every request then: it knows no conditions.
    client("s3").put_bucket_policy(Bucket="exports", Policy=json.dumps(make_policy("exports")))
    return deployment


def make_policy(bucket: str) -> Any:
    refused = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {"Version": "2012-10-17", "Statement": [refused]}


def what_is(state: str) -> dict[str, str]:
    return {
        finding.part: finding.advice
        for finding in examine(Settings.from_environment(), "default")
        if finding.state == state
    }


def what_is_wrong() -> dict[str, str]:
    return what_is("wrong")


@pytest.mark.usefixtures("loaded")
def test_a_deployment_that_is_well_has_nothing_wrong() -> None:
    answer = CliRunner().invoke(commands, ["doctor"])
    assert answer.exit_code == 0
    assert {line.split()[0] for line in answer.stdout.splitlines()} == {"ok"}


@pytest.mark.usefixtures("deployment")
def test_a_catalogue_that_was_never_loaded_is_named_with_the_command_that_loads_it() -> None:
    answer = CliRunner().invoke(commands, ["doctor"])
    assert answer.exit_code == 1
    assert "wrong    catalogue of default\n" in answer.stdout
    assert "python -m ops load-catalog" in answer.stdout


@pytest.mark.usefixtures("loaded")
def test_a_missing_table_is_found() -> None:
    client("dynamodb").delete_table(TableName="Apps")
    assert "ResourceNotFoundException" in what_is_wrong()["table Apps"]


@pytest.mark.usefixtures("loaded")
def test_dead_letters_are_found() -> None:
    client("sqs").send_message(QueueUrl=dead_letters(), MessageBody="{}")
    assert what_is_wrong()["export queue"].startswith("The queue has 1 dead letter.")


class FakeLambda:
    """One function with a trigger for ten workers, in an account that can run ten functions."""

    maximum = 10
    state = "Enabled"

    def list_event_source_mappings(self, **given: Any) -> Any:
        assert given["EventSourceArn"].endswith((":exports", ":syncs"))
        trigger = {
            "FunctionArn": "arn:worker",
            "State": self.state,
            "ScalingConfig": {"MaximumConcurrency": self.maximum},
        }
        return {"EventSourceMappings": [trigger]}

    def get_account_settings(self) -> Any:
        return {"AccountLimit": {"UnreservedConcurrentExecutions": 10}}

    def get_function_concurrency(self, **given: Any) -> Any:
        assert given == {"FunctionName": "arn:worker"}
        return {}


def look_at_fake_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ops.worker_concurrency.client",
        lambda service: FakeLambda() if service == "lambda" else client(service),
    )


@pytest.mark.usefixtures("deployment")
def test_the_limits_are_read_from_trigger_function_and_account() -> None:
    [found] = find_concurrency(os.environ["EXPORT_QUEUE_URL"], FakeLambda())
    assert found == Concurrency(workers=10, reserved=None, available=10)
    assert "Lower WorkerConcurrency" in find_fault(found)


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("state", ["Disabling", "Disabled"])
def test_a_trigger_that_is_switched_off_is_found(
    state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeLambda, "state", state)
    look_at_fake_lambda(monkeypatch)
    assert "switched off" in what_is_wrong()["worker concurrency"]


@pytest.mark.usefixtures("loaded")
def test_syncs_that_leave_too_little_for_the_workers_of_exports_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    syncs = client("sqs").create_queue(QueueName="syncs")["QueueUrl"]
    monkeypatch.setenv("SYNC_QUEUE_URL", syncs)
    monkeypatch.setattr(FakeLambda, "maximum", 5)
    look_at_fake_lambda(monkeypatch)
    assert "SyncConcurrency is 5" in what_is_wrong()["worker concurrency"]


@pytest.mark.usefixtures("loaded")
def test_a_bucket_that_is_open_is_found() -> None:
    client("s3").put_public_access_block(
        Bucket="exports", PublicAccessBlockConfiguration={"BlockPublicAcls": True}
    )
    assert "does not block public access" in what_is_wrong()["bucket exports"]


@pytest.mark.usefixtures("loaded")
def test_a_bucket_that_answers_over_plain_http_is_found() -> None:
    client("s3").delete_bucket_policy(Bucket="exports")
    assert "does not refuse plain HTTP" in what_is_wrong()["bucket exports"]


@pytest.mark.usefixtures("loaded")
def test_a_sender_that_ses_does_not_know_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SENDER", "nobody@example.org")
    assert "aws ses verify-email-identity" in what_is_wrong()["mail from nobody@example.org"]


def test_an_issuer_without_keys_is_found(loaded: FakeService) -> None:
    loaded.keys = []
    assert "lists no keys" in what_is_wrong()["issuer local"]


def test_an_issuer_whose_keys_cannot_verify_anything_is_a_warning(loaded: FakeService) -> None:
    loaded.keys = [{"kty": "EC", "crv": "P-256"}, {"kty": "RSA", "n": "AQAB", "e": "AQAB"}, "key"]
    assert "None of the keys" in what_is("warning")["issuer local"]
    assert CliRunner().invoke(commands, ["doctor"]).exit_code == 0


def test_an_issuer_whose_tokens_for_others_are_accepted_is_a_warning(loaded: FakeService) -> None:
    issuer = Issuer(issuer="open", jwks_url=f"{loaded.url}/jwks.json")
    DynamoIssuerStore("Issuers").add(issuer)
    assert "neither an audience nor a client" in what_is("warning")["issuer open"]


@pytest.mark.parametrize("url", ["http://login.example/keys", "ftp://login.example/keys"])
@pytest.mark.usefixtures("loaded")
def test_an_issuer_whose_keys_the_api_refuses_to_read_is_found(url: str) -> None:
    DynamoIssuerStore("Issuers").add(Issuer(issuer="open", jwks_url=url, audience="waybill"))
    assert "over https only" in what_is_wrong()["issuer open"]


def test_an_issuer_whose_keys_have_moved_is_found(loaded: FakeService) -> None:
    with key_server() as server:
        server.redirects_to = f"{loaded.url}/jwks.json"
        issuer = Issuer(issuer="moved", jwks_url=server.url, audience="waybill")
        DynamoIssuerStore("Issuers").add(issuer)
        assert f"leads to {loaded.url}" in what_is_wrong()["issuer moved"]


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("name", "part"), [("MAIL_SENDER", "mail from "), ("PUBLIC_URL", "service at ")]
)
def test_a_setting_that_mails_wait_for_is_missed(
    name: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(name)
    assert "mails wait" in what_is_wrong()[part]


@pytest.mark.usefixtures("aws")
def test_without_a_deployment_the_doctor_asks_for_one_and_looks_at_nothing() -> None:
    answer = CliRunner().invoke(commands, ["doctor"])
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "--stack" in answer.stderr


@pytest.mark.usefixtures("loaded")
def test_a_service_that_does_not_answer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:1")
    assert list(what_is_wrong()) == ["service at http://127.0.0.1:1"]


@pytest.mark.usefixtures("deployment")
def test_redrive_hands_dead_letters_to_the_workers_again() -> None:
    sqs, queue = client("sqs"), os.environ["EXPORT_QUEUE_URL"]
    for number in range(12):
        sqs.send_message(QueueUrl=dead_letters(), MessageBody=f'{{"number": {number}}}')
    assert CliRunner().invoke(commands, ["redrive"]).stdout == "12 messages sent again.\n"
    assert (count(sqs, queue), count(sqs, dead_letters())) == (12, 0)


@pytest.mark.usefixtures("deployment")
def test_redrive_keeps_each_shops_messages_in_its_group() -> None:
    sqs, queue = client("sqs"), os.environ["EXPORT_QUEUE_URL"]
    letters = [ExportMessage(shop=shop, export_id="e", step=Step.START) for shop in ("a", "ż", "a")]
    for letter in letters:
        sqs.send_message(QueueUrl=dead_letters(), MessageBody=json.dumps(letter.to_json()))
    sqs.send_message(QueueUrl=dead_letters(), MessageBody='["no message"]')
    CliRunner().invoke(commands, ["redrive"])
    assert groups(sqs, queue) == Counter({"a": 2, group_of("ż"): 1, "": 1})


def groups(sqs: Any, url: str) -> Counter[str]:
    """How many messages of each group wait."""
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])
    return Counter(one["Attributes"].get("MessageGroupId", "") for one in got["Messages"])


def dead_letters() -> str:
    url: str = client("sqs").get_queue_url(QueueName="dead")["QueueUrl"]
    return url


def count(sqs: Any, url: str) -> int:
    name = "ApproximateNumberOfMessages"
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])
