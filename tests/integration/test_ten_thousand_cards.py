"""Ten thousand gift cards of a shop that lives on while they are exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from chalicelib.adapters.live.reader import BROKEN, REFUSED
from chalicelib.domain.currency import Facts
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.shop_api import Node
from tests.fakes import START
from tests.live_world import LiveService, make_live_service

pytestmark = pytest.mark.long

# In one segment, and in three.
SIZES = [20_000, 4_000]


@pytest.fixture(params=SIZES, ids=["one segment", "three segments"])
def live(request: pytest.FixtureRequest) -> LiveService:
    return make_live_service(10_000, segment_records=request.param)


def codes_of(cards: Sequence[Node]) -> list[str]:
    return sorted(card["code"] for card in cards)


def use(live: LiveService, place: int) -> Callable[[], None]:
    """Return what uses the card at a place of the list."""
    return lambda: live.shop.spend_gift_card(live.records.unused()[place]["id"])


def end_the_worker() -> None:
    raise SystemExit


def test_every_card_that_was_never_used_is_in_the_file_once(live: LiveService) -> None:
    cards = live.records.unused()
    assert len(cards) == 10_000
    assert sorted(live.codes(live.export())) == codes_of(cards)


@pytest.mark.parametrize(("place", "is_there"), [(10, True), (8_888, False)])
def test_a_card_that_is_used_while_the_export_runs_costs_no_other_card(
    live: LiveService, place: int, is_there: bool
) -> None:
    cards = live.records.unused()
    spent = cards[place]["code"]
    live.records.events[50] = use(live, place)
    codes = live.codes(live.export())
    assert (spent in codes) is is_there
    assert sorted({*codes, spent}) == codes_of(cards)
    assert len(codes) == len(set(codes))


def test_a_card_created_while_the_export_runs_is_left_out_and_the_history_says_so(
    live: LiveService,
) -> None:
    cards = live.records.unused()
    id_ = encode_global_id("GiftCard", 99_999)
    late = {**cards[0], "id": id_, "code": "LATE", "created": "2999-01-01T00:00:00+00:00"}
    live.records.events[2] = lambda: live.shop.records["gift_cards"].update({id_: late})
    job = live.export()
    assert sorted(live.codes(job)) == codes_of(cards)
    assert job.as_of == {Facts.RECORDS: START}
    messages = [one.message for one in live.service.store.find_events(job.shop, job.id)]
    said = "Read from the shop at 2026-11-24 09:30 UTC. What was created later is not in the file."
    assert said in messages


def test_a_card_that_the_shop_cannot_show_is_named_and_no_file_is_written(
    live: LiveService,
) -> None:
    broken = live.records.unused()[7_777]["id"]
    live.shop.broken.add(broken)
    job = live.export()
    assert (job.status, job.message) == ("FAILED", BROKEN.format(id=broken))
    assert live.service.files.objects == {}


def test_an_answer_as_to_a_shopper_in_the_middle_fails_the_export(live: LiveService) -> None:
    live.records.events[60] = lambda: setattr(live.records, "is_anonymous", True)
    job = live.export()
    assert (job.status, job.message) == ("FAILED", REFUSED)
    assert live.service.files.objects == {}


def test_a_worker_that_dies_repeats_its_segment_with_the_same_bounds(live: LiveService) -> None:
    cards = live.records.unused()
    live.records.events[30] = end_the_worker
    with pytest.raises(SystemExit):
        live.export()
    live.service.clock.advance(live.service.settings.lease_seconds + 1)
    job = next(iter(live.service.store.jobs.values()))
    live.service.queue.send([ExportMessage.of(job, Step.START)])
    live.service.work()
    assert sorted(live.codes(live.service.job(job))) == codes_of(cards)
