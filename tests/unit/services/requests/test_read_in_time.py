"""Another request reads on where the time of the last one was over."""

from __future__ import annotations

from chalicelib.domain.segment import Bucket
from chalicelib.services.requests.read_in_time import buckets_in_time
from tests.factories import make_service

SLICES = [Bucket(0, 250, first=0, last=249), Bucket(0, 250, first=250, last=499)]
WHOLE = [Bucket(0, 500)]


def test_what_was_read_is_not_read_again() -> None:
    found = buckets_in_time(make_service().api, SLICES, 250, seconds=5)
    assert [bucket for bucket, _ in found] == SLICES[1:]


def test_slices_that_a_load_has_joined_since_leave_no_record_out() -> None:
    found = buckets_in_time(make_service().api, WHOLE, 250, seconds=5)
    assert [bucket for bucket, _ in found] == WHOLE
