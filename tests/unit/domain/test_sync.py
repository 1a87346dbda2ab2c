from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.sync import SyncMessage, SyncState, SyncStep, Walk, advanced, is_wanted
from tests.fakes import START

LAG = timedelta(seconds=10)


@pytest.mark.parametrize(
    ("wanted_at", "asked_at", "is_waited_for"),
    [
        (None, START, False),
        (START, None, True),
        (START + timedelta(seconds=11), START, True),
        (START + timedelta(seconds=10), START, False),
        (START, START, False),
    ],
)
def test_an_export_waits_for_changes_that_the_shop_was_not_asked_for_since(
    wanted_at: datetime | None, asked_at: datetime | None, *, is_waited_for: bool
) -> None:
    state = SyncState(
        shop="north", kind="products", as_of=START, wanted_at=wanted_at, asked_at=asked_at
    )
    assert is_wanted(state, LAG) is is_waited_for
    assert not is_wanted(SyncState(shop="north", kind="products", wanted_at=wanted_at), LAG)


def test_a_walk_counts_the_records_of_all_its_pages() -> None:
    walk = advanced(Walk(since=START), cursor="b", records=100, total=103)
    ended = advanced(walk, cursor=None, records=4, total=104)
    assert (walk.done, walk.first_total, walk.is_whole) == (100, 103, False)
    assert (ended.done, ended.total, ended.first_total, ended.is_whole) == (104, 104, 103, True)


@pytest.mark.parametrize("step", SyncStep)
def test_a_message_is_read_as_it_was_sent(step: SyncStep) -> None:
    message = SyncMessage(shop="north", step=step, kind="products")
    assert SyncMessage.from_json(message.to_json()) == message
    assert SyncMessage.from_json({"shop": "north", "step": step.value}) == replace(message, kind="")


@pytest.mark.parametrize("body", [{}, {"shop": "s"}, {"shop": "s", "step": "dance"}])
def test_a_body_that_asks_for_no_step_is_refused(body: dict[str, str]) -> None:
    with pytest.raises((KeyError, ValueError)):
        SyncMessage.from_json(body)
