"""Staff see in their dashboard what they must act on, once, until it is solved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.sync import SyncStep
from chalicelib.services.sync.report_problems import (
    BROKEN,
    MAIL,
    PERMISSIONS,
    STUCK,
    report_problems,
)
from chalicelib.services.sync.step import holding
from tests.fake_shop_api import FakeShopApi
from tests.sync_world import SyncWorld, make_fake_api, make_world


@pytest.fixture
def world() -> SyncWorld:
    made = make_world(api=make_fake_api(3))
    made.install()
    return made


def api(world: SyncWorld) -> FakeShopApi:
    assert isinstance(world.sync.api, FakeShopApi)
    return world.sync.api


def without_mail(world: SyncWorld) -> None:
    settings = replace(world.sync.settings, mail_sender="")
    world.sync = replace(world.sync, settings=settings)


def test_a_sound_installation_has_no_problems(world: SyncWorld) -> None:
    assert api(world).problems == {}


def test_mail_that_is_not_set_up_is_reported_until_it_is(world: SyncWorld) -> None:
    sound = world.sync
    without_mail(world)
    world.ask(SyncStep.CHECK)
    assert list(api(world).problems) == [MAIL]
    world.sync = sound
    world.ask(SyncStep.CHECK)
    assert api(world).problems == {}


def test_a_problem_is_reported_once(world: SyncWorld) -> None:
    without_mail(world)
    world.ask(SyncStep.CHECK)
    # Staff dismissed it; every report would show it again and count it.
    api(world).problems.clear()
    world.ask(SyncStep.CHECK)
    assert api(world).problems == {}


def test_missing_permissions_are_named(world: SyncWorld) -> None:
    facts = api(world).facts
    api(world).facts = replace(facts, permissions=frozenset({"MANAGE_PRODUCTS"}))
    world.ask(SyncStep.CHECK)
    assert "MANAGE_DISCOUNTS" in api(world).problems[PERMISSIONS]
    assert "Grant the permissions on" in api(world).problems[PERMISSIONS]
    assert world.installed.missing_permissions


def test_a_sync_that_was_stuck_is_reported_until_it_works_again(world: SyncWorld) -> None:
    world.pass_time(2 * 3_600)
    with holding(world.sync, world.installed, "products") as step:
        report_problems(step)
    assert list(api(world).problems) == [STUCK]
    world.ask(SyncStep.RECONCILE)
    assert api(world).problems == {}


def test_products_that_the_shop_cannot_show_are_named() -> None:
    world = make_world(20)
    broken = world.shop.all("products")[0]["id"]
    world.shop.broken.add(broken)
    world.install()
    world.ask(SyncStep.CHECK)
    assert world.server.app is not None
    (problem,) = world.server.app.problems
    assert (problem["key"], broken in problem["message"]) == (BROKEN, True)


@pytest.mark.parametrize(
    ("count", "end"),
    [
        (1, "Exports that contain it fail. Open this product and save it again."),
        (2, "Exports that contain them fail. Open these products and save them again."),
    ],
)
def test_one_product_that_the_shop_cannot_show_is_said_in_the_singular(
    count: int, end: str
) -> None:
    world = make_world(api=make_fake_api(3))
    broken = [str(product["id"]) for product in world.shop.all("products")[:count]]
    api(world).broken |= set(broken)
    world.install()
    shown = f"Saleor cannot show {count} of your products: {', '.join(broken)}. {end}"
    assert api(world).problems == {BROKEN: shown}


def test_one_missing_permission_is_said_in_the_singular(world: SyncWorld) -> None:
    facts = api(world).facts
    permissions = facts.permissions - {"MANAGE_DISCOUNTS"}
    api(world).facts = replace(facts, permissions=permissions)
    world.ask(SyncStep.CHECK)
    assert "Grant the permission on" in api(world).problems[PERMISSIONS]


def test_a_product_that_staff_repaired_is_no_problem_from_the_next_reconciliation_on() -> None:
    world = make_world(api=make_fake_api(3))
    product = str(world.shop.all("products")[0]["id"])
    api(world).broken.add(product)
    world.install()
    assert list(api(world).problems) == [BROKEN]
    api(world).broken.clear()
    world.shop.rename_product(product, "Repaired")
    world.deliver()
    world.work()
    world.ask(SyncStep.RECONCILE)
    assert api(world).problems == {}
