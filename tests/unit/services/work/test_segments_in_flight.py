"""One export has a few segments in flight at a time, so that it never holds all workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.segment import Segment, SegmentPlan
from chalicelib.services.work.recover_exports import recover_exports
from chalicelib.services.work.work_export import work_export
from chalicelib.settings import Settings
from tests.factories import Service, make_service
from tests.unit.services.work.steps import NAMES, lose_messages, step

THREE = {"segment_records": 500, "segments_in_flight": 3}


def plan_of(segments: int) -> SegmentPlan:
    return SegmentPlan(tuple(Segment(number, number, number, 1) for number in range(segments)))


def start(segments: int = 8) -> tuple[Service, ExportFile]:
    """An export whose first segments are handed out, three at a time."""
    service = make_service(products=500 * segments - 1, settings=THREE)
    job = service.request(**NAMES)
    step(service)
    return service, job


def waiting(service: Service) -> Iterator[int]:
    """How many messages wait before each step, until none does."""
    while service.queue.bodies:
        yield len(service.queue.bodies)
        step(service)


@pytest.mark.parametrize("seed", range(5))
def test_no_more_segments_wait_than_may_be_in_flight(seed: int) -> None:
    service, job = start()
    for count in waiting(service):
        assert count <= 3
        Random(seed).shuffle(service.queue.bodies)
    assert (service.job(job).status, service.job(job).row_count) == (JobStatus.SUCCESS, 3_999)


def test_two_workers_do_not_write_the_same_segment_at_the_same_time() -> None:
    service, job = start()
    body = service.queue.bodies[0]
    owners: list[str] = []
    reading = service.source.read_buckets

    def read(*arguments: object, **named: object) -> object:
        owners.append("reads")
        service.source.read_buckets = reading  # type: ignore[method-assign]
        service.queue.bodies.insert(0, body)
        step(service)
        return reading(*arguments, **named)  # type: ignore[arg-type]

    service.source.read_buckets = read  # type: ignore[method-assign,assignment]
    step(service)
    assert (owners, len(service.files.objects)) == (["reads"], 1)
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS


def test_a_chain_whose_message_was_lost_goes_on_with_the_schedule() -> None:
    service, job = start()
    lose_messages(service)
    service.clock.advance(service.settings.lease_seconds + 1)
    recover_exports(service.worker)
    step(service)
    assert len(service.queue.bodies) == 3
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS


def test_a_worker_that_dies_before_its_record_breaks_no_chain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service, job = start()
    body = service.queue.bodies[0]

    def die(*arguments: object, **named: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(service.store, "record_segment", die)
        with pytest.raises(SystemExit):
            step(service)
    service.clock.advance(service.settings.lease_seconds + 1)
    service.queue.bodies.append(body)
    service.work()
    assert (service.job(job).status, service.job(job).row_count) == (JobStatus.SUCCESS, 3_999)


def test_messages_that_come_twice_multiply_no_further() -> None:
    service, job = start()
    worked = 0
    while (message := service.queue.take()) is not None:
        work_export(service.worker, message)
        work_export(service.worker, message)
        worked += 1
    assert service.job(job).status is JobStatus.SUCCESS
    assert worked == 10  # eight segments, and two that ask for the assembly


def test_an_export_that_is_worked_on_with_another_number_of_chains_ends_too() -> None:
    service, job = start()
    step(service)
    service.worker = replace(
        service.worker, settings=Settings(segment_records=500, segments_in_flight=5)
    )
    service.work()
    service.clock.advance(service.settings.lease_seconds + 1)
    recover_exports(service.worker)
    service.work()
    assert (service.job(job).status, service.job(job).row_count) == (JobStatus.SUCCESS, 3_999)


@given(st.integers(1, 60), st.integers(1, 12), st.data())
def test_the_chains_hold_every_segment_once(
    segments: int, chains: int, data: st.DataObject
) -> None:
    plan = plan_of(segments)
    done = data.draw(st.frozensets(st.integers(0, segments - 1)))
    found: list[int] = []
    for first in plan.first_missing(done, chains):
        number: int | None = first
        while number is not None:
            found.append(number)
            number = plan.next_missing(number, done, chains)
    assert sorted(found) == sorted(set(range(segments)) - done)
