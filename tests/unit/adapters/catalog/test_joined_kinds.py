"""Several kinds that are read as one: the codes of several vouchers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import combinations_with_replacement, pairwise

import pytest

from chalicelib.adapters.catalog.joined_kinds import JoinedKinds
from chalicelib.catalog.kinds import voucher_codes_kind
from chalicelib.domain.depth import Depth
from chalicelib.domain.segment import Bucket
from chalicelib.errors import CatalogOutdated
from tests.fake_catalog import FakeCatalogSource

KIND = voucher_codes_kind(3, 8)
NUMBERS = (1, 400, 900)


class FakeSlicedSource(FakeCatalogSource):
    """Cuts its first bucket into two slices for a plan."""

    def cut_buckets(self, shop: str, kind: str, records: int) -> tuple[Bucket, ...]:
        return Bucket(0, 1, first=0, last=249), Bucket(0, 1, first=250, last=499), Bucket(1, 1)


@pytest.fixture
def source() -> FakeSlicedSource:
    made = FakeSlicedSource()
    for voucher in (3, 8):
        for number in NUMBERS:
            made.add(voucher_codes_kind(voucher), number, {"code": f"{voucher}-{number}"})
    return made


def codes_in(pages: Iterable[list[bytes]]) -> list[str]:
    return [json.loads(document)["code"] for page in pages for document in page]


def test_all_codes_are_read_voucher_by_voucher(source: FakeSlicedSource) -> None:
    joined = JoinedKinds(source)
    wanted = [f"{voucher}-{number}" for voucher in (3, 8) for number in NUMBERS]
    for buckets in (
        joined.find_buckets("default", KIND),
        joined.cut_buckets("default", KIND, 1),
    ):
        assert codes_in(joined.read_buckets("default", KIND, buckets)) == wanted


def test_a_part_of_the_directory_has_the_buckets_of_each_kind_between_two_numbers(
    source: FakeSlicedSource,
) -> None:
    joined = JoinedKinds(source)
    buckets = joined.find_buckets("default", KIND)
    numbers = [bucket.number for bucket in buckets]
    for first, last in combinations_with_replacement(range(len(buckets)), 2):
        found = joined.find_buckets("default", KIND, (numbers[first], numbers[last]))
        assert found == buckets[first : last + 1]


def test_the_buckets_and_slices_of_a_plan_do_not_overlap(source: FakeSlicedSource) -> None:
    buckets = JoinedKinds(source).cut_buckets("default", KIND, 1)
    assert len(buckets) == 6
    assert all(bucket.first_number <= bucket.last_number for bucket in buckets)
    for one, other in pairwise(buckets):
        assert one.last_number < other.first_number


def test_documents_are_of_any_version_unless_one_is_asked_for(source: FakeSlicedSource) -> None:
    joined, source.version = JoinedKinds(source), 0
    buckets = joined.find_buckets("default", KIND)
    assert len(codes_in(joined.read_buckets("default", KIND, buckets))) == 6
    assert len(codes_in(joined.read_numbers("default", voucher_codes_kind(3), NUMBERS))) == 3
    assert len(joined.find_dictionary("default", voucher_codes_kind(3))) == 3
    with pytest.raises(CatalogOutdated):
        list(joined.read_buckets("default", KIND, buckets, since=1))


def test_the_documents_of_joined_kinds_are_as_deep_as_is_asked_for(
    source: FakeSlicedSource,
) -> None:
    source.add(voucher_codes_kind(8), 901, {"code": "8-901", "facts": {"used": 1}})
    joined = JoinedKinds(source)
    buckets = joined.find_buckets("default", KIND)[-1:]
    for depth, facts in ((Depth.DOCUMENT, None), (Depth.WHOLE, {"used": 1})):
        [page] = joined.read_buckets("default", KIND, buckets, depth=depth)
        assert json.loads(page[-1]).get("facts") == facts
