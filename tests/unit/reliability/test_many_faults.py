"""A world where everything goes wrong by chance: seeded, so that what breaks can be seen again."""

from __future__ import annotations

import os
from random import Random

import pytest

from tests.unit.reliability.exports import EXPORTS, live, make_world
from tests.unit.reliability.faults import RandomFaults

RUNS = int(os.environ.get("FAULT_RUNS", "200"))


@pytest.mark.parametrize("name", EXPORTS)
def test_promises_are_kept_whatever_goes_wrong(name: str) -> None:
    for seed in range(RUNS // len(EXPORTS) + 1):
        random = Random(seed)
        plan = RandomFaults(random, share=random.choice((0.02, 0.1, 0.4)), left=random.randrange(60))
        world = make_world(name, plan, seed, disorder=random.choice((0.0, 0.3, 0.6)))
        try:
            live(name, world)
        except AssertionError as broken:
            raise AssertionError(f"seed {seed}: {broken}") from broken
