"""What every `AppStore`, `IssuerStore` and `CatalogSource` promises."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from chalicelib.domain.block import Block
from chalicelib.domain.depth import Depth
from chalicelib.domain.issuer import ANY_SHOP
from chalicelib.domain.ports import IssuerStore
from chalicelib.domain.segment import Bucket
from chalicelib.errors import CatalogIncomplete, CatalogOutdated
from tests.integration.ports.sources import EVERY, NORTH, ROBOT, Apps, Catalog

KIND = "products"


def numbers_of(pages: Iterable[list[bytes]]) -> list[int]:
    return [json.loads(document)["number"] for page in pages for document in page]


def test_an_app_is_found_by_its_token(apps: Apps) -> None:
    assert apps.find_requestor(apps.valid) == ROBOT


def test_other_tokens_are_of_no_app(apps: Apps) -> None:
    for token in (apps.revoked, apps.valid[:-1], apps.valid + "x", "", "x" * 10_000):
        assert apps.find_requestor(token) is None


def test_an_issuer_is_found_by_its_name(issuers: IssuerStore) -> None:
    assert issuers.find(NORTH.issuer) == NORTH
    assert issuers.find("https://other.example") is None


def test_issuers_are_found_by_the_shop_that_they_speak_for(issuers: IssuerStore) -> None:
    assert issuers.find_all("north") == (NORTH,)
    assert issuers.find_all(ANY_SHOP) == (EVERY,)
    assert issuers.find_all("default") == ()


def test_buckets_are_read_in_the_order_of_numbers(catalog: Catalog) -> None:
    numbers = [*range(0, 700, 3), 2_600]
    catalog.add(KIND, numbers)
    buckets = catalog.source.find_buckets("default", KIND)
    assert [(one.number, one.records) for one in buckets] == [(0, 167), (1, 67), (5, 1)]
    assert numbers_of(catalog.source.read_buckets("default", KIND, buckets)) == numbers
    assert numbers_of(catalog.source.read_buckets("default", KIND, buckets[1:2])) == numbers[167:-1]


@pytest.mark.parametrize(
    ("within", "numbers"), [((0, 5), [0, 1, 5]), ((1, 4), [1]), ((2, 4), []), ((1, 0), [])]
)
def test_a_part_of_a_directory_has_the_buckets_between_two_numbers(
    catalog: Catalog, within: tuple[int, int], numbers: list[int]
) -> None:
    catalog.add(KIND, [1, 2, 501, 2_600])
    found = catalog.source.find_buckets("default", KIND, within)
    assert [one.number for one in found] == numbers


@pytest.mark.parametrize("lost", [1, 4])
def test_a_bucket_that_holds_less_than_promised_fails_the_read(catalog: Catalog, lost: int) -> None:
    catalog.add(KIND, [1, 2, 3, 4])
    catalog.lose(KIND, lost)
    with pytest.raises(CatalogIncomplete):
        list(catalog.source.read_buckets("default", KIND, [Bucket(0, 4)]))


def test_numbers_are_read_in_the_order_given_without_unknown_ones(catalog: Catalog) -> None:
    catalog.add(KIND, range(300))
    wanted = [299, 5, 1_000, 17, *range(100, 250)]
    found = numbers_of(catalog.source.read_numbers("default", KIND, wanted))
    assert found == [number for number in wanted if number != 1_000]


@pytest.mark.parametrize("depth", [Depth.DOCUMENT, Depth.WHOLE])
def test_facts_come_with_whole_documents_alone(catalog: Catalog, depth: Depth) -> None:
    catalog.add(KIND, [1])
    [[document]] = catalog.source.read_numbers("default", KIND, [1], depth=depth)
    [[other]] = catalog.source.read_buckets("default", KIND, [Bucket(0, 1)], depth=depth)
    facts = {"number": 1, "seen": True} if depth is Depth.WHOLE else None
    assert json.loads(document) == json.loads(other)
    assert json.loads(document).get("facts") == facts


def test_blocks_hold_their_groups_alone_and_in_order(catalog: Catalog) -> None:
    catalog.add(KIND, range(0, 1_100, 2))
    buckets = catalog.source.find_buckets("default", KIND)
    pages = list(catalog.source.read_blocks("default", KIND, buckets, {"core", "stocks"}))
    assert all(isinstance(page, Block) and page.groups.keys() == {"core"} for page in pages)
    cores = [json.loads(page.groups["core"]) for page in pages if isinstance(page, Block)]
    names = [name for core in cores for name in core["name"]]
    assert names == [f"Product {number}" for number in range(0, 1_100, 2)]


def test_kinds_without_blocks_are_read_as_documents(catalog: Catalog) -> None:
    catalog.add("categories", range(60))
    buckets = catalog.source.find_buckets("default", "categories")
    [page] = catalog.source.read_blocks("default", "categories", buckets, {"core"})
    assert numbers_of([list(page)] if isinstance(page, list) else []) == list(range(60))


def test_a_dictionary_is_read_whole_and_by_number(catalog: Catalog) -> None:
    catalog.add("categories", [7, 1, 900])
    found = catalog.source.find_dictionary("default", "categories")
    assert [document["number"] for document in found] == [1, 7, 900]


def test_shops_and_kinds_share_nothing(catalog: Catalog) -> None:
    catalog.add(KIND, [1], shop="north")
    catalog.add("gift_cards", [2])
    assert catalog.source.find_buckets("default", KIND) == ()
    assert catalog.source.find_dictionary("default", KIND) == ()
    assert list(catalog.source.read_numbers("default", KIND, [1, 2])) == []


def test_documents_that_are_older_than_what_is_wanted_fail_the_read(catalog: Catalog) -> None:
    catalog.add(KIND, [1])
    with pytest.raises(CatalogOutdated):
        list(catalog.source.read_numbers("default", KIND, [1], since=99))
    with pytest.raises(CatalogOutdated):
        list(catalog.source.read_buckets("default", KIND, [Bucket(0, 1)], since=99))
    assert list(catalog.source.read_numbers("default", KIND, [2], since=99)) == []
