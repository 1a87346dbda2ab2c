"""Random faults everywhere. The seed in a failure repeats the run."""

from __future__ import annotations

import os
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.services.requests.change_export import cancel_export, delete_export, retry_export
from tests.factories import make_requestor
from tests.unit.reliability.exports import EXPORTS, STATUS, ask, expected_file, live, make_world
from tests.unit.reliability.faults import RandomFaults
from tests.unit.reliability.promises import check_promises
from tests.unit.reliability.world import World

# Other Pythons run the tests without these: they take most of the time.
pytestmark = pytest.mark.long

RUNS = int(os.environ.get("FAULT_RUNS", "200"))
ANN = make_requestor()


def unruly_world(name: str, seed: int) -> World:
    random = Random(seed)
    plan = RandomFaults(random, share=random.choice((0.02, 0.1, 0.4)), left=random.randrange(60))
    return make_world(
        name,
        plan,
        seed,
        disorder=random.choice((0.0, 0.3, 0.6)),
        throttling=random.choice((0.0, 0.0, 0.5)),
    )


def some_job(world: World) -> ExportFile | None:
    jobs = list(world.service.store.jobs.values())
    return world.random.choice(jobs) if jobs else None


def act_on_some_job(world: World, verb: Callable[..., Any]) -> Callable[[], Any]:
    """Return what a person does to an export that exists at that moment, if there is one."""

    def act() -> None:
        job = some_job(world)
        if job is not None:
            verb(world.service.api, ANN, job.id)

    return act


@pytest.mark.parametrize("name", EXPORTS)
def test_promises_are_kept_whatever_goes_wrong(name: str) -> None:
    for seed in range(RUNS // len(EXPORTS) // 2 + 1):
        try:
            live(name, unruly_world(name, seed))
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}: {broken}") from broken


@pytest.mark.parametrize("name", EXPORTS)
def test_throttled_deliveries_alone_change_nothing_about_the_end(name: str) -> None:
    for seed in range(RUNS // len(EXPORTS) // 2 + 1):
        ended = live(name, make_world(name, seed=seed, disorder=0.3, throttling=0.8))
        assert set(ended) <= {STATUS[name]}, f"seed {seed}"


@pytest.mark.parametrize("name", EXPORTS)
def test_promises_are_kept_whatever_people_do(name: str) -> None:
    for seed in range(RUNS // len(EXPORTS) // 2 + 1):
        world = unruly_world(name, seed)
        verbs = world.random.choices(
            (cancel_export, delete_export, retry_export), k=world.random.randrange(1, 6)
        )
        world.people = [act_on_some_job(world, verb) for verb in verbs]
        try:
            live(name, world)
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}: {broken}") from broken


@pytest.mark.parametrize("name", EXPORTS)
def test_files_expire_whatever_goes_wrong(name: str) -> None:
    for seed in range(RUNS // len(EXPORTS) // 4 + 1):
        world = unruly_world(name, seed)
        ask(name, world)
        world.settle()
        world.plan = RandomFaults(Random(seed), share=0.3, left=10)
        world.service.clock.advance(world.service.settings.retention_seconds + 1)
        world.settle()
        assert set(check_promises(world, expected_file(name))) <= {JobStatus.DELETED}
