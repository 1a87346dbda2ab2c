"""Exports that read from one shop share its slots, and none of them is lost or waits in vain."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chalicelib.adapters.live.reader import REFUSED
from chalicelib.domain.currency import Facts
from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.request import Scope
from chalicelib.domain.slots import SHARED_SLOTS, SLOT_SECONDS, ShopSlots
from chalicelib.errors import Unavailable
from chalicelib.services.slots import take_slot
from chalicelib.services.work.take_turn import WAITING
from tests.factories import make_service
from tests.live_world import NAME, LiveService, make_live_service
from tests.log_lines import logged_lines
from tests.unit.services.work.steps import step


def take_all(live: LiveService) -> None:
    """Workers that die now hold all slots."""
    for number in range(SHARED_SLOTS):
        assert take_slot(live.service.shops, NAME, f"dead-{number}", live.service.clock.now())


def taken(live: LiveService) -> Sequence[str]:
    return [one.holder for one in live.service.shops.find_slots(NAME).taken]


def refuse_slots(live: LiveService, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(shop: str) -> ShopSlots:
        raise Unavailable("The table is throttled.")

    monkeypatch.setattr(live.service.shops, "find_slots", refuse)


def test_an_export_waits_for_its_turn_and_says_so() -> None:
    live = make_live_service(5)
    take_all(live)
    job = live.request()
    for _ in range(9):
        step(live.service)
    waiting = live.service.job(job)
    assert (waiting.status, waiting.message, waiting.attempts) == (JobStatus.PENDING, WAITING, 0)
    assert live.records.pages == 0


def test_an_export_that_waits_for_its_turn_is_in_the_log() -> None:
    live = make_live_service(5)
    take_all(live)
    job = live.request()
    with logged_lines() as logged:
        step(live.service)
    [line] = logged.of("export waits for its turn")
    assert (line["level"], line["export_id"]) == ("INFO", job.id)


def test_the_slots_of_workers_that_died_are_free_after_their_time() -> None:
    live = make_live_service(5)
    take_all(live)
    live.service.clock.advance(SLOT_SECONDS)
    assert len(live.codes(live.export())) == 5


def test_a_segment_that_waits_is_not_an_attempt() -> None:
    live = make_live_service(300, segment_records=100)
    job = live.request()
    step(live.service)
    take_all(live)
    for _ in range(9):
        step(live.service)
    assert live.service.store.find_claim(job, 0) is None
    live.service.clock.advance(SLOT_SECONDS)
    live.service.work()
    assert len(live.codes(live.service.job(job))) == 300


def test_an_export_in_segments_gives_its_slots_back() -> None:
    live = make_live_service(500, segment_records=100)
    assert len(live.codes(live.export())) == 500
    assert taken(live) == []


@pytest.mark.parametrize("cards", [0, 300])
def test_the_moment_is_stated_of_records_that_the_shop_was_asked_for(cards: int) -> None:
    live = make_live_service(cards, segment_records=100)
    ids = tuple(card["id"] for card in live.records.unused())
    for given in ({}, {"scope": Scope.IDS, "ids": ids}):
        job = live.export(**given)
        assert job.as_of == {Facts.RECORDS: live.service.clock.now()}
        assert len(live.codes(job)) == cards


def test_an_export_that_fails_gives_its_slot_back() -> None:
    live = make_live_service(5)
    live.records.is_anonymous = True
    assert live.export().message == REFUSED
    assert taken(live) == []


def test_a_segment_that_another_worker_writes_takes_no_slot_for_long() -> None:
    live = make_live_service(300, segment_records=100)
    live.request()
    step(live.service)
    live.service.queue.bodies.insert(1, live.service.queue.bodies[0])
    live.records.events[1] = lambda: step(live.service)
    step(live.service)
    assert taken(live) == []


def test_workers_at_once_pass_no_bound_and_each_export_gets_a_slot() -> None:
    """Every page that a worker reads lets another worker begin."""
    live = make_live_service(300, segment_records=100)
    jobs, most = [live.request() for _ in range(4)], []

    def work() -> None:
        most.append(taken(live))
        if live.service.queue.bodies and len(most) < 12:
            live.records.events[live.records.pages + 1] = work
            step(live.service)

    for _ in jobs:
        step(live.service)
    live.records.events[1] = work
    live.service.work()
    assert max(map(len, most)) == SHARED_SLOTS
    assert max(max(map(one.count, one)) for one in most) == SHARED_SLOTS - 1
    assert [len(live.codes(live.service.job(job))) for job in jobs] == [300] * 4


def test_a_table_that_is_throttled_costs_no_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    live = make_live_service(5)
    job = live.request()
    body = live.service.queue.bodies[0]
    with monkeypatch.context() as throttled:
        refuse_slots(live, throttled)
        with pytest.raises(Unavailable):
            step(live.service)
    assert live.service.job(job).attempts == 0
    live.service.queue.bodies.append(body)
    live.service.work()
    assert len(live.codes(live.service.job(job))) == 5


def test_exports_of_stored_records_do_not_look_for_a_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    service = make_service(products=1_200, settings={"segment_records": 500})
    monkeypatch.setattr(service.shops, "find_slots", None)
    job = service.request()
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS
