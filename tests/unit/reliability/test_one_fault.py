"""One fault, at each port call of an export in turn: every line can be the last."""

from __future__ import annotations

import pytest

from chalicelib.domain.retry_policy import VISIBILITY_SECONDS
from tests.unit.reliability.exports import EXPORTS, STATUS, calls_of, live, make_world
from tests.unit.reliability.faults import Fault, OneFault

# Other Pythons run the tests without these: they take most of the time.
pytestmark = pytest.mark.long

# The next delivery of a message, and the work once more.
PATIENCE_SECONDS = VISIBILITY_SECONDS + 60


@pytest.mark.parametrize("name", EXPORTS)
def test_without_faults_every_part_is_used(name: str) -> None:
    used = {call.partition(".")[0] for call in calls_of(name)}
    assert used >= {"store", "source", "files", "queue", "mailer", "bus"}


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("name", EXPORTS)
def test_one_fault_at_any_call_changes_nothing_about_the_end(name: str, fault: Fault) -> None:
    for number, call in enumerate(calls_of(name), start=1):
        world = make_world(name, OneFault(fault, number), seed=number)
        try:
            ended = live(name, world)
        except AssertionError as broken:
            raise AssertionError(f"{fault} at call {number}, {call}: {broken}") from broken
        assert set(ended) <= {STATUS[name]}, f"{fault} at call {number}, {call}"
        for job in world.service.store.jobs.values():
            took = (job.updated_at - job.created_at).total_seconds()
            assert took < PATIENCE_SECONDS, (
                f"{fault} at call {number}, {call}: it took {took} seconds"
            )
        assert ended or number <= 3, f"{fault} at call {number}, {call}: there is no export"
