from __future__ import annotations

import pytest

from ops.worker_concurrency import Concurrency, find_fault


@pytest.mark.parametrize(
    ("workers", "reserved", "available"),
    [(10, None, 1000), (10, None, 11), (10, 10, 5), (10, 50, 0)],
)
def test_workers_that_the_account_can_start_are_well(
    workers: int, reserved: int | None, available: int
) -> None:
    assert find_fault(Concurrency(workers, reserved, available)) == ""


@pytest.mark.parametrize(
    ("workers", "reserved", "available", "advice"),
    [
        (10, None, 10, "Lower WorkerConcurrency"),  # a new account
        (200, None, 100, "ask AWS for more"),
        (10, 5, 1000, "Make ReservedConcurrency at least as large"),
        (None, None, 1000, "Deploy the template again"),
    ],
)
def test_workers_that_would_be_throttled_are_a_fault_with_advice(
    workers: int | None, reserved: int | None, available: int, advice: str
) -> None:
    assert advice in find_fault(Concurrency(workers, reserved, available))


def test_workers_of_syncs_need_their_share_of_what_the_account_has() -> None:
    new_account = Concurrency(workers=7, reserved=None, available=10)
    assert find_fault(new_account, syncs=2) == ""
    fault = find_fault(new_account, syncs=3)
    assert fault.startswith("WorkerConcurrency is 7 and SyncConcurrency is 3, but the account has")
