from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from deploy import __main__ as deploy
from deploy.stack import DeploymentFailed, Stack


class FakeCloudFormation:
    """A CloudFormation with one stack, which has this status and no outputs."""

    def __init__(self, status: str) -> None:
        self.status = status

    def describe_stacks(self, **named: str) -> dict[str, Any]:
        if self.status == "DELETE_COMPLETE":
            error = {"Code": "ValidationError", "Message": f"Stack {named} does not exist"}
            raise ClientError({"Error": error}, "DescribeStacks")
        return {"Stacks": [{"StackStatus": self.status}]}

    def delete_stack(self, **named: str) -> None:
        self.status = "DELETE_COMPLETE"


EVENTS = [
    [("Queue", "DELETE_FAILED", "in use")],
    [("Table", "DELETE_FAILED", "protected"), ("stack-id", "DELETE_IN_PROGRESS", "asked for")],
    [("Bucket", "CREATE_FAILED", "of an earlier operation")],
]


class FakeFailedStack(FakeCloudFormation):
    """A stack that cannot be deleted, and the pages of its events, newest first."""

    def get_paginator(self, operation: str) -> FakeFailedStack:
        assert operation == "describe_stack_events"
        return self

    def paginate(self, **named: str) -> Iterator[dict[str, Any]]:
        names = ("PhysicalResourceId", "ResourceStatus", "ResourceStatusReason")
        for page in EVENTS:
            events = [{"StackId": "stack-id", **dict(zip(names, one, strict=True))} for one in page]
            yield {"StackEvents": events}

    def delete_stack(self, **named: str) -> None:
        self.status = "DELETE_FAILED"


def destroy(cloudformation: FakeCloudFormation, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(deploy, "client", lambda service: cloudformation)
    return CliRunner().invoke(deploy.commands, ["down", "--yes"]).output


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"])
def test_a_stack_whose_first_deployment_failed_is_deleted(
    monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    cloudformation = FakeCloudFormation(status)
    assert "Deleted waybill-dev." in destroy(cloudformation, monkeypatch)
    assert cloudformation.status == "DELETE_COMPLETE"


def test_a_stack_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    said = destroy(FakeCloudFormation("DELETE_COMPLETE"), monkeypatch)
    assert said == "The stack waybill-dev does not exist.\n"


def test_a_failed_operation_gives_its_own_reasons_on_however_many_pages_they_are() -> None:
    failed = FakeFailedStack("UPDATE_COMPLETE")
    stack = Stack(lambda service: failed, "dev")
    with pytest.raises(DeploymentFailed, match=r"DELETE_FAILED: in use; protected$"):
        stack.destroy()


@pytest.mark.parametrize("status", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED"])
def test_a_deployment_over_a_failed_first_one_says_how_to_remove_it(
    tmp_path: Path, status: str
) -> None:
    stack = Stack(lambda service: FakeCloudFormation(status), "dev")
    with pytest.raises(DeploymentFailed, match="make destroy STAGE=dev"):
        stack.deploy(tmp_path, {})


class FakeUpdate(FakeCloudFormation):
    """A stack of a later version, which keeps the parameters of a change that it then refuses."""

    sent: list[dict[str, Any]]

    def describe_stacks(self, **named: str) -> dict[str, Any]:
        names = ("LogDays", "SettingOfALaterVersion", "Stage")
        held = [{"ParameterKey": name, "ParameterValue": "7"} for name in names]
        return {"Stacks": [{"StackStatus": self.status, "Parameters": held}]}

    def create_change_set(self, **named: Any) -> None:
        self.sent = named["Parameters"]

    def describe_change_set(self, **named: Any) -> dict[str, str]:
        return {"Status": "FAILED", "StatusReason": "refused"}


def test_a_return_to_an_earlier_version_leaves_out_parameters_that_it_does_not_have(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    formation = FakeUpdate("UPDATE_COMPLETE")
    monkeypatch.setattr(Stack, "_upload", lambda *given: "https://template")
    with pytest.raises(DeploymentFailed):
        Stack(lambda service: formation, "dev").deploy(tmp_path, {})
    kept = [one["ParameterKey"] for one in formation.sent if one.get("UsePreviousValue")]
    assert kept == ["LogDays"]
