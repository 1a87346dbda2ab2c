"""The present version, deployed over a stack of version 0.1.0 with data and queued jobs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest
from click.testing import CliRunner

from chalicelib.adapters.aws.clients import client
from chalicelib.domain.global_id import encode_global_id
from deploy.package import ROOT, package
from local.deploy import deploy
from local.emulator import REGION, Emulator
from ops.cli import commands
from tests.e2e.old_stack import FILE, create_old_stack, fill_old_stack, read_records
from tests.local_run import LocalRun
from tests.places import go_to

NAMES: dict[str, str] = read_records()["names"]
LIST = "{exportFiles(first:10){totalCount edges{node{id fileName status}}}}"
ACCOUNT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
EMULATOR = ROOT / ".local" / "emulator" / "bin" / "ministack"


@pytest.fixture(scope="module")
def old_names() -> dict[str, str]:
    """The physical names of the old stack's resources, once it is there."""
    return {}


@pytest.fixture(scope="module")
def upgraded(
    tmp_path_factory: pytest.TempPathFactory, old_names: dict[str, str]
) -> Iterator[LocalRun]:
    """The service after the upgrade; old messages were queued before it."""
    state = tmp_path_factory.mktemp("upgrade")
    with pytest.MonkeyPatch.context() as patch, Emulator(EMULATOR, state) as emulator:
        patch.setenv("AWS_ENDPOINT_URL", emulator.url)
        for name, value in {"AWS_DEFAULT_REGION": REGION, **ACCOUNT}.items():
            patch.setenv(name, value)
        go_to(emulator.url)
        old_names |= create_old_stack(emulator.client)
        token = fill_old_stack(emulator.client, old_names)
        deployed = deploy(emulator, package(ROOT / ".local" / "package"), {"RequireTls": "false"})
        facts = {
            "api_url": deployed.gateway_url,
            "outputs": dict(deployed.outputs),
            "tokens": {"app": token},
            "aws_endpoint_url": emulator.url,
            "aws_region": REGION,
        }
        (state / "run.json").write_text(json.dumps(facts))
        yield LocalRun(state, cast("Any", None))
        client.cache_clear()


def status_of(service: LocalRun, name: str) -> dict[str, Any]:
    return service.ended(encode_global_id("ExportFile", NAMES[name]))


def test_tables_queues_and_bucket_are_those_of_before(
    upgraded: LocalRun, old_names: dict[str, str]
) -> None:
    found = upgraded.aws("cloudformation").describe_stack_resources(StackName="waybill-dev")
    now = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found["StackResources"]}
    assert {name: now[name] for name in old_names} == old_names
    tables = {name for name in now if name.endswith("Table")}
    assert tables - set(old_names) >= {"ExportListsTable", "IssuersTable"}


@pytest.mark.parametrize(("name", "rows"), [("queued", 3), ("large", 2), ("halfway", 3)])
def test_a_message_that_was_queued_ends_its_export(
    upgraded: LocalRun, name: str, rows: int
) -> None:
    ended = status_of(upgraded, name)
    assert (ended["status"], ended["row_count"]) == ("SUCCESS", rows), ended["message"]
    assert upgraded.download(ended).count(b"\r\n") == rows + 1


def test_an_export_that_had_ended_is_read_and_its_file_downloaded(upgraded: LocalRun) -> None:
    ended = status_of(upgraded, "finished")
    assert (ended["status"], ended["row_count"], upgraded.download(ended)) == ("SUCCESS", 7, FILE)
    assert status_of(upgraded, "failed")["message"] == "No."


def test_all_exports_are_listed_once_they_are_relisted(upgraded: LocalRun) -> None:
    for name in NAMES:
        status_of(upgraded, name)
    answer = CliRunner().invoke(commands, ["relist-exports", "--stack", "waybill-dev"])
    assert answer.exit_code == 0, answer.output
    listed = upgraded.graphql(LIST)["data"]["exportFiles"]
    assert listed["totalCount"] == len(listed["edges"])
    files = {edge["node"]["fileName"] for edge in listed["edges"]}
    assert {f"{name}.csv" for name in NAMES} <= files


def test_a_new_export_works_beside_the_old_ones(upgraded: LocalRun) -> None:
    columns = {"fields": ["NAME"]}
    ended = upgraded.ended(upgraded.export("exportProducts", scope="ALL", exportInfo=columns))
    assert (ended["status"], ended["row_count"]) == ("SUCCESS", 3)
