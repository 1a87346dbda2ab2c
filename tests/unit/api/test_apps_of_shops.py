"""Other apps of a connected shop ask with the tokens that the shop gave them."""

from __future__ import annotations

import pytest

from chalicelib.api.allowance import QUESTIONS_PER_MINUTE
from chalicelib.domain.shop import Installation
from chalicelib.errors import Unavailable
from tests.factories import make_app, make_requestor
from tests.shop_world import APP_ID, NORTH, SOUTH, ShopWorld, make_two_shops

TOKEN = "AbCdEfGhIjKlMnOpQrStUvWxYz0123"


@pytest.fixture
def alone() -> ShopWorld:
    """Return an API with one connected shop, which knows an app."""
    world = ShopWorld()
    world.connect(NORTH)
    world.know_app(NORTH, TOKEN, "MANAGE_PRODUCTS", "MANAGE_ORDERS")
    return world


def test_an_app_of_the_only_shop_is_let_in_with_what_both_apps_may(alone: ShopWorld) -> None:
    asker = alone.identify(TOKEN)
    assert asker.app is not None
    assert (asker.shop, asker.app.id, asker.app.name) == (NORTH, "QXBwOjk=", "ERP")
    assert asker.permissions == {"MANAGE_PRODUCTS"}


def test_with_two_shops_the_address_names_the_one_that_is_asked() -> None:
    world = make_two_shops()
    world.know_app(SOUTH, TOKEN, "MANAGE_PRODUCTS")
    assert world.identify(TOKEN).is_anonymous
    assert world.questions.asked == []
    assert world.identify(TOKEN, SOUTH).shop == SOUTH
    assert world.questions.asked == [(f"https://{SOUTH}/graphql/", TOKEN)]


def test_no_second_shop_is_asked_when_the_first_one_does_not_know_the_token() -> None:
    world = make_two_shops()
    world.know_app(SOUTH, TOKEN, "MANAGE_PRODUCTS")
    assert world.identify(TOKEN, NORTH).is_anonymous
    assert {url for url, _ in world.questions.asked} == {f"https://{NORTH}/graphql/"}


def test_answers_and_refusals_are_kept_for_a_minute(
    alone: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000.0]
    monkeypatch.setattr("chalicelib.api.wall_clock.seconds", lambda: now[0])
    for _ in range(3):
        assert not alone.identify(TOKEN).is_anonymous
        assert alone.identify(TOKEN.lower()).is_anonymous
    assert len(alone.questions.asked) == 2
    alone.questions.apps.clear()
    now[0] += 61
    assert alone.identify(TOKEN).is_anonymous


def test_strangers_cannot_make_us_flood_the_shop(alone: ShopWorld) -> None:
    for number in range(QUESTIONS_PER_MINUTE):
        assert alone.identify(f"made-up-token-{number:020}").is_anonymous
    with pytest.raises(Unavailable):
        alone.identify("another-made-up-token-000000")
    assert len(alone.questions.asked) == QUESTIONS_PER_MINUTE


def test_an_app_that_was_let_in_keeps_its_way_in_during_a_flood(
    alone: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000.0]
    monkeypatch.setattr("chalicelib.api.wall_clock.seconds", lambda: now[0])
    alone.identify(TOKEN)
    now[0] += 61
    for number in range(QUESTIONS_PER_MINUTE):
        alone.identify(f"made-up-token-{number:020}")
    with pytest.raises(Unavailable):
        alone.identify("another-made-up-token-000000")
    assert not alone.identify(TOKEN).is_anonymous


def test_an_unreachable_shop_is_unavailable_and_never_anonymous(alone: ShopWorld) -> None:
    alone.questions.is_down = True
    with pytest.raises(Unavailable):
        alone.identify(TOKEN)
    answer = alone.ask(TOKEN, "{me{app{name}}}")
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "Unavailable"


def test_our_own_token_lets_nobody_in(alone: ShopWorld) -> None:
    alone.know_app(NORTH, TOKEN, "MANAGE_PRODUCTS", app_id=APP_ID)
    assert alone.identify(TOKEN).is_anonymous


@pytest.mark.parametrize(
    "token",
    ["short", "waybill_" + "x" * 30, "x" * 129, "a b" * 10, "é" * 20, "x.y" * 10, "a\n" * 9],
)
def test_a_text_that_is_not_a_token_of_a_shop_is_not_sent_there(
    alone: ShopWorld, token: str
) -> None:
    assert alone.identify(token).is_anonymous
    assert alone.questions.asked == []


@pytest.mark.parametrize("status", [Installation.OFF, Installation.REMOVED])
def test_a_shop_without_a_working_app_is_not_asked(alone: ShopWorld, status: Installation) -> None:
    alone.connect(NORTH, status=status)
    assert alone.identify(TOKEN).is_anonymous
    assert alone.identify(TOKEN, NORTH).is_anonymous
    assert alone.questions.asked == []


def test_an_app_of_waybill_is_known_without_a_question(alone: ShopWorld) -> None:
    alone.apps.requestors["waybill_good"] = make_requestor(app=make_app())
    assert alone.identify("waybill_good").shop == "default"
    assert alone.questions.asked == []


@pytest.mark.parametrize("address", ["unknown.example", "a b", "x" * 5_000, "..", "#"])
def test_an_address_of_no_shop_lets_nobody_in(alone: ShopWorld, address: str) -> None:
    assert alone.identify(TOKEN, address).is_anonymous
    assert alone.identify(alone.staff_token(NORTH), address).is_anonymous
