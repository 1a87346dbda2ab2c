"""Time-outs, leases and receive counts are set in three places; here stands what they must be to each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.export_file import UNCLAIMED_SECONDS
from chalicelib.domain.lease import RELEASED_SECONDS
from chalicelib.services.work.recover_exports import EXPIRY_SECONDS
from chalicelib.settings import Settings

CHALICE = Path(__file__).parents[2] / ".chalice"
TEMPLATE = json.loads((CHALICE / "resources.json").read_text())
RESOURCES, PARAMETERS = TEMPLATE["Resources"], TEMPLATE["Parameters"]
STAGES: dict[str, Any] = json.loads((CHALICE / "config.json").read_text())["stages"]
QUEUE, DEAD_LETTERS = (
    RESOURCES["ExportQueue"]["Properties"],
    RESOURCES["ExportDeadLetters"]["Properties"],
)
LEASE_SECONDS = int(PARAMETERS["LeaseSeconds"]["Default"])
RECEIVES = QUEUE["RedrivePolicy"]["maxReceiveCount"]
RECOVER_EVERY_SECONDS = 60


def timeout_seconds(stage: str, function: str) -> int:
    seconds: int = STAGES[stage]["lambda_functions"][function]["lambda_timeout"]
    return seconds


@pytest.mark.parametrize("stage", STAGES)
def test_a_lease_outlasts_every_function_that_takes_one(stage: str) -> None:
    """A lease that ran out means a worker that is gone: nothing runs twice, nobody gets two mails."""
    for function in ("worker", "dead-letters", "recover"):
        assert timeout_seconds(stage, function) < LEASE_SECONDS


@pytest.mark.parametrize("stage", STAGES)
def test_a_message_comes_again_after_the_lease_of_its_dead_worker(stage: str) -> None:
    """Or the second delivery finds the lease, leaves, and the export waits for the schedule."""
    assert timeout_seconds(stage, "worker") < LEASE_SECONDS < QUEUE["VisibilityTimeout"]
    assert timeout_seconds(stage, "dead-letters") < DEAD_LETTERS["VisibilityTimeout"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_request_that_is_being_answered_is_not_recovered(stage: str) -> None:
    assert STAGES[stage]["lambda_timeout"] < UNCLAIMED_SECONDS


@pytest.mark.parametrize("stage", STAGES)
def test_two_runs_of_the_schedule_do_not_meet(stage: str) -> None:
    assert timeout_seconds(stage, "recover") < RECOVER_EVERY_SECONDS


def test_a_job_ends_by_attempts_or_by_a_dead_letter_long_before_it_is_given_up() -> None:
    """Given up is only what nobody ever works on; and that before its message would be forgotten."""
    tried_for_seconds = RECEIVES * QUEUE["VisibilityTimeout"]
    assert tried_for_seconds < Settings().pending_seconds < QUEUE["MessageRetentionPeriod"]
    assert Settings().max_attempts >= RECEIVES


def test_dead_letters_are_kept_longer_than_messages_and_exports_longer_than_they_are_pending() -> (
    None
):
    assert DEAD_LETTERS["MessageRetentionPeriod"] > QUEUE["MessageRetentionPeriod"]
    assert Settings().retention_seconds > 2 * Settings().pending_seconds


def test_the_schedule_asks_for_a_job_that_was_given_back_only_after_its_own_message_has_come_again() -> (
    None
):
    assert QUEUE["VisibilityTimeout"] + RECOVER_EVERY_SECONDS <= RELEASED_SECONDS


@pytest.mark.parametrize("stage", STAGES)
def test_expiry_ends_before_its_function_does(stage: str) -> None:
    assert timeout_seconds(stage, "expire") - EXPIRY_SECONDS >= RECOVER_EVERY_SECONDS


def test_a_process_without_a_template_has_the_leases_of_the_template() -> None:
    assert Settings().lease_seconds == LEASE_SECONDS
