"""Whatever changes, gets lost, comes twice or dies: after reconciliation the catalogue is the shop.

`WAYBILL_MODEL_RUNS=5000` makes more runs. A run that fails names its seed.
"""

from __future__ import annotations

import os
from typing import Final

import pytest

from tests.sync_model import Model
from tests.sync_world import NAME

# Other Pythons run the tests without these: they take most of the time.
pytestmark = pytest.mark.long

RUNS: Final = int(os.environ.get("WAYBILL_MODEL_RUNS", "200"))
RUNS_PER_TEST: Final = 20
ACTIONS: Final = 30
# More calls than a first sync and the day after it make.
CALLS: Final = 100


def check(model: Model) -> None:
    world = model.world
    assert world.documents() == world.expected()
    state = world.sync.get_state(NAME, "products")
    walks = (state.full, state.refresh, state.skeleton)
    assert (walks, world.marks.marks) == ((None, None, None), {})


@pytest.mark.parametrize("first", range(0, RUNS, RUNS_PER_TEST))
def test_the_catalogue_becomes_the_shop_whatever_happens(first: int) -> None:
    for seed in range(first, first + RUNS_PER_TEST):
        # Every fourth shop reads from a replica that lags.
        model = Model.make(seed, replica_lag_seconds=8 if seed % 4 == 3 else 0)
        try:
            model.run(ACTIONS)
            model.settle()
            check(model)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error


@pytest.mark.parametrize("first", range(0, CALLS, RUNS_PER_TEST))
def test_a_crash_at_any_call_of_a_first_sync_loses_nothing(first: int) -> None:
    for call in range(first, first + RUNS_PER_TEST):
        model = Model.make(call)
        model.fuse.left = call
        model.install()
        model.settle()
        check(model)
