from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog.lease import CatalogBusy, CatalogLease
from chalicelib.errors import Unavailable
from tests.fake_moment import make_moment
from tests.fakes import START, FakeClock

pytestmark = pytest.mark.usefixtures("dynamodb")


def make_lease(clock: FakeClock, shop: str = "default") -> CatalogLease:
    return CatalogLease("Catalog", shop, lambda: client("dynamodb"), clock.now)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


def test_the_times_of_a_lease_are_in_utc_in_whatever_zone_a_computer_is(dynamodb: Any) -> None:
    with make_lease(FakeClock(make_moment(START, "Asia/Tokyo"))):
        [item] = dynamodb.scan(TableName="Catalog")["Items"]
    assert item["since"] == {"S": "2026-11-24 09:30:00+00:00"}


def test_a_second_writer_is_told_since_when_and_until_when(clock: FakeClock) -> None:
    with make_lease(clock):
        clock.advance(60)
        with pytest.raises(CatalogBusy) as busy, make_lease(clock):
            pass
    assert str(busy.value) == (
        "The catalogue of the shop default has been written by another process since "
        "2026-11-24 09:30:00+00:00. Wait until it ends, then try again. If it died, the "
        "catalogue is free after 2026-11-24 09:40:00+00:00."
    )


def test_the_lease_is_free_after_the_context_whatever_its_end(clock: FakeClock) -> None:
    with pytest.raises(ZeroDivisionError), make_lease(clock):
        raise ZeroDivisionError
    with make_lease(clock):
        pass


def test_other_shops_are_not_concerned(clock: FakeClock) -> None:
    with make_lease(clock), make_lease(clock, shop="other"):
        pass


def test_the_lease_of_a_dead_writer_ends(clock: FakeClock) -> None:
    make_lease(clock).__enter__()
    clock.advance(timedelta(minutes=10, seconds=1).total_seconds())
    with make_lease(clock):
        pass


def test_a_lease_that_is_renewed_goes_on(clock: FakeClock) -> None:
    with make_lease(clock) as lease:
        for _ in range(20):
            clock.advance(60)
            lease.renew()
        with pytest.raises(CatalogBusy), make_lease(clock):
            pass


def test_a_writer_that_lost_its_lease_stops_and_leaves_that_of_the_other(clock: FakeClock) -> None:
    late = make_lease(clock)
    with late:
        clock.advance(700)
        make_lease(clock).__enter__()
        with pytest.raises(CatalogBusy):
            late.renew()
    with pytest.raises(CatalogBusy), make_lease(clock):
        pass


def test_a_lease_is_renewed_once_a_minute_at_most(clock: FakeClock, dynamodb: Any) -> None:
    with make_lease(clock) as lease:
        clock.advance(59)
        lease.renew()
        [item] = dynamodb.scan(TableName="Catalog")["Items"]
    assert item["expires_at"] == {"S": "2026-11-24 09:40:00+00:00"}


def test_a_table_that_is_not_there_is_unavailable(clock: FakeClock) -> None:
    with pytest.raises(Unavailable), CatalogLease("Gone", "default", now=clock.now):
        pass
