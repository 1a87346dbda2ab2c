"""Saleor deletes values with a product or a variant, and does not name products that have them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from chalicelib.domain.sync import Mark, SyncStep
from tests.sync_world import SyncWorld, exported_early, make_settled_world

Node = dict[str, Any]


@pytest.fixture
def world() -> SyncWorld:
    return make_settled_world(40)


def assignments(world: SyncWorld) -> Iterator[Node]:
    """All attributes with values that products and variants of the shop have."""
    for product in world.shop.all("products"):
        for part in (product, *product["variants"]):
            yield from part["attributes"]


def attribute(world: SyncWorld, **facts: str) -> Node:
    """Return an attribute with these facts that products have."""
    used = {one["attribute"]["id"] for one in assignments(world) if one["values"]}
    return next(
        one
        for one in world.shop.all("attributes")
        if one["id"] in used and facts.items() <= one.items()
    )


def lose(world: SyncWorld, **facts: str) -> int:
    """Take these values from everything, as Saleor does; return how many that were."""
    lost = 0
    for one in assignments(world):
        left = [value for value in one["values"] if not facts.items() <= value.items()]
        lost += len(one["values"]) - len(left)
        one["values"] = left
    return lost


def noted(marks: Iterable[Mark], known: list[Mark]) -> list[Mark]:
    """Note the marks and return them."""
    known += (found := list(marks))
    return found


def referred(world: SyncWorld) -> str:
    """Return the id of a product that others refer to."""
    goes_with = attribute(world, entityType="PRODUCT")["id"]
    return next(
        str(value["reference"])
        for one in assignments(world)
        if one["attribute"]["id"] == goes_with
        for value in one["values"]
    )


@pytest.mark.parametrize("is_announced", [True, False])
def test_products_that_referred_to_a_deleted_one_are_read_again(
    world: SyncWorld, is_announced: bool
) -> None:
    gone = referred(world)
    world.shop.delete_product(gone)
    assert lose(world, reference=gone) > 0
    if is_announced:
        world.deliver()
        assert exported_early(world) == world.expected()
    else:
        world.ask(SyncStep.WALK)
        assert world.documents() == world.expected()


def test_an_export_from_before_a_deletion_does_not_wait_for_products_that_lost_values(
    world: SyncWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = world.shop.all("products")[5]["id"]
    gone, added = referred(world), list[Mark]()
    assert other != gone
    world.shop.rename_product(other, "Renamed a minute before")
    world.deliver()
    world.pass_time(60)
    world.shop.delete_product(gone)
    lose(world, reference=gone)
    world.deliver()
    deleted_at, add = world.clock.now(), world.marks.add
    monkeypatch.setattr(world.marks, "add", lambda marks: add(noted(marks, added)))
    world.work()
    assert {mark.since for mark in added if mark.id not in (gone, other)} == {deleted_at}


def test_products_that_shared_a_value_of_a_deleted_one_are_read_again(world: SyncWorld) -> None:
    brand = attribute(world, inputType="SINGLE_REFERENCE")["id"]
    having = [one for one in assignments(world) if one["attribute"]["id"] == brand]
    shared = having[0]["values"][0] | {"slug": "a-brand"}
    for one in having[:3]:
        one["values"] = [shared]
    world.ask(SyncStep.CHECK)
    first = world.shop.all("products")[0]
    assert shared in [v for one in first["attributes"] for v in one["values"]]
    world.shop.delete_product(first["id"])
    assert lose(world, id=shared["id"]) == 2
    world.deliver()
    assert exported_early(world) == world.expected()


def test_products_that_referred_to_a_deleted_variant_are_read_again(world: SyncWorld) -> None:
    product = next(one for one in world.shop.all("products") if len(one["variants"]) > 1)
    variant, goes_with = product["variants"][-1], attribute(world, entityType="PRODUCT")
    goes_with["entityType"] = "PRODUCT_VARIANT"
    for one in assignments(world):
        for value in one["values"]:
            if one["attribute"]["id"] == goes_with["id"]:
                value["reference"] = variant["id"]
    world.ask(SyncStep.CHECK)
    product["variants"].remove(variant)
    assert lose(world, reference=variant["id"]) > 0
    world.shop.rename_product(product["id"], "With a variant less")
    assert exported_early(world) == world.expected()


def test_a_product_whose_values_nothing_shares_costs_no_reading_of_all(
    world: SyncWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in world.shop.all("attributes"):
        one["entityType"], one["inputType"] = None, "DROPDOWN"
    for one in assignments(world):
        one["values"] = []
    world.ask(SyncStep.CHECK)
    monkeypatch.setattr(type(world.catalog), "find_facts", None)
    world.shop.delete_product(world.shop.all("products")[0]["id"])
    world.deliver()
    assert exported_early(world) == world.expected()


def make_slow(world: SyncWorld, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let each record of a search take 15 seconds; return the numbers that will be found."""
    find_facts, found = world.catalog.find_facts, list[int]()

    def find_slowly(shop: str, kind: str, numbers: Any = None) -> Iterator[Any]:
        for number, facts in find_facts(shop, kind, numbers):
            if numbers is None:
                world.clock.advance(15)
                found.append(number)
            yield number, facts

    monkeypatch.setattr(world.catalog, "find_facts", find_slowly)
    return found


def test_a_search_that_takes_too_long_is_left_to_the_daily_check(
    world: SyncWorld, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gone, found = referred(world), make_slow(world, monkeypatch)
    world.shop.delete_product(gone)
    lose(world, reference=gone)
    world.deliver()
    world.work()
    assert len(found) == 4
    assert "search for lost values ended early" in caplog.text
    world.ask(SyncStep.CHECK)
    assert world.documents() == world.expected()
