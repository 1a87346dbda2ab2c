"""A deployment as its operator meets it: changed while it works, looked into, and taken away."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib.adapters.aws.clients import client
from chalicelib.domain.global_id import decode_global_id
from deploy.__main__ import commands
from deploy.package import ROOT, package
from deploy.stack import Stack
from local.deploy import return_messages_soon
from local.emulator import Emulator
from tests.local_run import LocalRun

RESOURCES: dict[str, Any] = json.loads((ROOT / ".chalice/resources.json").read_text())["Resources"]
KEPT_TYPES = ("AWS::DynamoDB::Table", "AWS::S3::Bucket")
EXPORTS = 5
LOG_SECONDS = 20


def stack_of(service: LocalRun) -> Stack:
    return Stack(service.aws, "dev")


def waiting(service: LocalRun) -> int:
    """Messages that no worker has taken yet."""
    name = "ApproximateNumberOfMessages"
    queue = service.facts["outputs"]["ExportQueue"]
    found = service.aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
    return int(found["Attributes"][name])


@contextmanager
def without_workers(service: LocalRun) -> Iterator[None]:
    """Messages stay in the queue meanwhile."""
    triggers, queue = (
        service.aws("lambda"),
        service.facts["outputs"]["ExportQueue"].rpartition("/")[2],
    )
    found = triggers.list_event_source_mappings()["EventSourceMappings"]
    [trigger] = [it["UUID"] for it in found if it["EventSourceArn"].endswith(f":{queue}")]
    triggers.update_event_source_mapping(UUID=trigger, Enabled=False)
    try:
        yield
    finally:
        triggers.update_event_source_mapping(UUID=trigger, Enabled=True)


def test_an_update_loses_no_queued_export(service: LocalRun) -> None:
    stack, built = stack_of(service), package(ROOT / ".local" / "package")
    with without_workers(service):
        exports = [service.export("exportGiftCards", scope="ALL") for _ in range(EXPORTS)]
        assert waiting(service) == EXPORTS
        stack.deploy(built, {"DownloadUrlSeconds": "301"}, change=return_messages_soon)
        assert waiting(service) == EXPORTS
    ended = [service.ended(export) for export in exports]
    assert {export["status"] for export in ended} == {"SUCCESS"}
    assert all("X-Amz-Expires=301" in export["url"] for export in ended)


def test_a_stack_that_is_as_it_shall_be_is_left_alone(service: LocalRun) -> None:
    stack, built = stack_of(service), package(ROOT / ".local" / "package")
    before = stack.find()
    outputs = stack.deploy(built, {}, change=return_messages_soon)
    assert before == stack.find()
    assert outputs == stack.outputs()


def test_one_look_into_the_log_shows_the_life_of_an_export(service: LocalRun) -> None:
    columns = {"fields": ["NAME"]}
    export = service.ended(service.export("exportProducts", scope="ALL", exportInfo=columns))
    service.http(f"/exports/{export['id']}/file")
    wanted = {"segment done", "export succeeded", "requestor notified", "download"}
    life = life_with(service, decode_global_id(export["id"])[1], wanted)
    assert [line["message"] for line in life[:2]] == ["export requested", "export started"]
    assert {line["shop"] for line in life} == {"default"}
    assert {line["function"].split("-")[2] for line in life} >= {"APIHandler", "Worker"}


def life_with(service: LocalRun, key: str, messages: set[str]) -> list[dict[str, Any]]:
    """Return the lines about an export as soon as they have all of these messages."""
    deadline = time.monotonic() + LOG_SECONDS
    life = life_of(service, key)
    while not messages <= {line["message"] for line in life}:
        assert time.monotonic() < deadline, life
        life = life_of(service, key)
    return life


def life_of(service: LocalRun, key: str) -> list[dict[str, Any]]:
    """Return what `aws logs filter-log-events` finds as in docs/operations.md, by time."""
    group, pattern = service.facts["outputs"]["ServiceLogs"], f'"{key}"'
    events = service.aws("logs").filter_log_events(logGroupName=group, filterPattern=pattern)[
        "events"
    ]
    return sorted(
        (json.loads(event["message"]) for event in events), key=lambda line: str(line["time"])
    )


@pytest.fixture
def empty_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """An account without any stack, in the environment."""
    with Emulator(ROOT / ".local" / "emulator" / "bin" / "ministack", tmp_path) as emulator:
        for name, value in {
            "AWS_ENDPOINT_URL": emulator.url,
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            monkeypatch.setenv(name, value)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "test")
        client.cache_clear()
        yield emulator
        client.cache_clear()


def run(*words: str) -> Result:
    found = CliRunner().invoke(commands, words)
    assert found.exit_code == 0, found.output
    return found


def holding_data(emulator: Emulator) -> set[str]:
    """The names of tables and buckets, without that of the packages."""
    tables = emulator.client("dynamodb").list_tables()["TableNames"]
    buckets = [bucket["Name"] for bucket in emulator.client("s3").list_buckets()["Buckets"]]
    return {name for name in (*tables, *buckets) if "artefacts" not in name}


def test_a_stack_comes_goes_and_leaves_its_data_until_told_otherwise(
    empty_account: Emulator,
) -> None:
    told = run("up", "--stage", "dev").output
    assert "/graphql" in told
    kept = holding_data(empty_account)
    assert len(kept) == len([r for r in RESOURCES.values() if r.get("Type") in KEPT_TYPES])
    gone = run("down", "--stage", "dev", "--yes").output
    assert (holding_data(empty_account), all(name in gone for name in kept)) == (kept, True)
    assert "The stack waybill-dev does not exist." in run("down", "--stage", "dev", "--yes").output
    run("up", "--stage", "dev")
    outputs = Stack(empty_account.client, "dev").outputs()
    empty_account.client("s3").put_object(
        Bucket=outputs["ExportBucket"], Key="exports/x", Body=b"x"
    )
    run("down", "--stage", "dev", "--yes", "--with-data")
    assert holding_data(empty_account).isdisjoint(outputs.values())
