"""Read a kind bucket by bucket within the time of a request. Another request can read on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from chalicelib.domain.segment import Bucket
from chalicelib.services.requests.api_service import ApiService


def buckets_in_time(
    service: ApiService, buckets: Sequence[Bucket], start: int, *, seconds: float
) -> Iterator[tuple[Bucket, bool]]:
    """Yield the buckets from a record number on, each with whether the time is over.

    A bucket that holds the number comes whole: a load may have joined it with others since.
    """
    until = service.clock.now() + timedelta(seconds=seconds)
    for place, bucket in enumerate(one for one in buckets if one.last_number >= start):
        # A call reads at least one bucket; otherwise a slow bucket would stop the search for good.
        yield bucket, place > 0 and service.clock.now() >= until
