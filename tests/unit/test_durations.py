"""The retry policy, the template and the functions' time-outs are set apart.

These tests hold them together.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.retry_policy import (
    LEASE_SECONDS,
    MAX_ATTEMPTS,
    MAX_RECEIVES,
    PENDING_SECONDS,
    RELEASED_SECONDS,
    UNCLAIMED_SECONDS,
    VISIBILITY_SECONDS,
)
from chalicelib.services.work.expire_exports import EXPIRY_SECONDS
from chalicelib.services.work.recover_exports import DUTIES
from chalicelib.settings import Settings

CHALICE = Path(__file__).parents[2] / ".chalice"
TEMPLATE = json.loads((CHALICE / "resources.json").read_text())
RESOURCES, PARAMETERS = TEMPLATE["Resources"], TEMPLATE["Parameters"]
STAGES: dict[str, Any] = json.loads((CHALICE / "config.json").read_text())["stages"]
QUEUE, DEAD_LETTERS = (
    RESOURCES["ExportQueue"]["Properties"],
    RESOURCES["ExportDeadLetters"]["Properties"],
)
RECOVER_EVERY_SECONDS = 60


def timeout_seconds(stage: str, function: str) -> int:
    seconds: int = STAGES[stage]["lambda_functions"][function]["lambda_timeout"]
    return seconds


def test_the_template_has_the_numbers_of_the_retry_policy() -> None:
    assert int(PARAMETERS["LeaseSeconds"]["Default"]) == LEASE_SECONDS
    assert QUEUE["VisibilityTimeout"] == VISIBILITY_SECONDS
    assert QUEUE["RedrivePolicy"]["maxReceiveCount"] == MAX_RECEIVES


@pytest.mark.parametrize("stage", STAGES)
def test_a_lease_outlasts_every_function_that_claims_one(stage: str) -> None:
    """A lease that has ended belongs to a worker that is gone: no step runs twice at once."""
    for function in ("worker", "dead-letters", "recover"):
        assert timeout_seconds(stage, function) < LEASE_SECONDS


@pytest.mark.parametrize("stage", STAGES)
def test_a_message_comes_again_after_the_lease_of_its_dead_worker(stage: str) -> None:
    """Otherwise the second delivery finds the lease, and the export waits for the schedule."""
    assert timeout_seconds(stage, "worker") < LEASE_SECONDS < VISIBILITY_SECONDS
    assert timeout_seconds(stage, "dead-letters") < DEAD_LETTERS["VisibilityTimeout"]


@pytest.mark.parametrize("stage", STAGES)
def test_a_request_that_is_being_answered_is_not_recovered(stage: str) -> None:
    assert STAGES[stage]["lambda_timeout"] < UNCLAIMED_SECONDS


@pytest.mark.parametrize("stage", STAGES)
def test_two_runs_of_the_schedule_do_not_meet(stage: str) -> None:
    assert timeout_seconds(stage, "recover") < RECOVER_EVERY_SECONDS


def test_a_job_ends_by_its_attempts_long_before_it_is_given_up() -> None:
    """A job is given up only if no worker reaches it, and before SQS drops its message."""
    tried_for_seconds = MAX_RECEIVES * VISIBILITY_SECONDS
    assert tried_for_seconds < PENDING_SECONDS < QUEUE["MessageRetentionPeriod"]
    assert MAX_ATTEMPTS >= MAX_RECEIVES


def test_dead_letters_are_kept_longer_than_messages_and_exports_longer_than_they_are_pending() -> (
    None
):
    assert DEAD_LETTERS["MessageRetentionPeriod"] > QUEUE["MessageRetentionPeriod"]
    assert Settings().retention_seconds > 2 * Settings().pending_seconds


def test_the_schedule_waits_for_the_own_message_of_a_released_job() -> None:
    assert VISIBILITY_SECONDS + RECOVER_EVERY_SECONDS <= RELEASED_SECONDS


@pytest.mark.parametrize("stage", STAGES)
def test_the_largest_workbook_takes_half_the_time_of_its_worker_at_most(stage: str) -> None:
    """ADR 5 has the arithmetic: reading, numbering and deflating a row of 50 columns."""
    seconds_per_row = 55e-6
    assert Settings().max_xlsx_rows * seconds_per_row < timeout_seconds(stage, "worker") / 2
    assert PARAMETERS["MaxXlsxRows"]["Default"] == Settings().max_xlsx_rows


@pytest.mark.parametrize("stage", STAGES)
def test_expiry_ends_before_its_function_does(stage: str) -> None:
    assert timeout_seconds(stage, "expire") - EXPIRY_SECONDS >= RECOVER_EVERY_SECONDS


@pytest.mark.parametrize("stage", STAGES)
def test_the_duties_of_the_schedule_fit_its_function(stage: str) -> None:
    """A third of the time is left for calls that are slow when a duty's time ends."""
    assert sum(duty.seconds for duty in DUTIES) < timeout_seconds(stage, "recover") * 2 / 3


def test_a_process_without_a_template_has_the_numbers_of_the_retry_policy() -> None:
    settings = Settings()
    assert (settings.lease_seconds, settings.max_attempts, settings.pending_seconds) == (
        LEASE_SECONDS,
        MAX_ATTEMPTS,
        PENDING_SECONDS,
    )
