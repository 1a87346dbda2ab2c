"""Staff ask with the tokens that their shop signs for the app."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Final

import pytest

from chalicelib.api.rs256 import Rs256Key
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.shop import Installation
from chalicelib.errors import Unavailable
from local.issuer import LocalIssuer
from tests.shop_world import NORTH, SOUTH, ShopWorld, make_claims, make_two_shops, signer_of

SAMPLES: Final = Path(__file__).parents[4] / "shared/saleor/shop/samples"


@pytest.fixture
def world() -> ShopWorld:
    return make_two_shops()


def recorded_claims() -> dict[str, Any]:
    """Return the claims that a real dashboard handed over, without the times."""
    text = (SAMPLES / "dashboard-popups.json").read_text()
    token = text[text.index("JWT:{") + 4 :]
    found: dict[str, Any] = json.loads(
        token[: token.index("}") + 1].replace("'", '"').replace("True", "true")
    )
    return {name: value for name, value in found.items() if name not in ("iat", "exp", "iss")}


def test_staff_are_people_of_their_shop_with_what_they_and_the_app_may(world: ShopWorld) -> None:
    asker = world.identify(world.staff_token(NORTH))
    assert asker.user is not None
    assert (asker.shop, asker.id) == (NORTH, "VXNlcjoyMQ==")
    assert asker.permissions == {"MANAGE_PRODUCTS", "MANAGE_GIFT_CARD"}


@pytest.mark.skipif(not SAMPLES.exists(), reason="the contract's data is not here")
def test_a_token_of_a_real_dashboard_is_accepted(world: ShopWorld) -> None:
    token = signer_of(NORTH).sign({"aud": None, **recorded_claims()})
    asker = world.identify(token)
    assert asker.permissions == {"MANAGE_PRODUCTS", "MANAGE_GIFT_CARD", "MANAGE_DISCOUNTS"}
    assert asker.user is not None
    assert asker.user.email == "admin@example.com"


@pytest.mark.skipif(not SAMPLES.exists(), reason="the contract's data is not here")
def test_the_keys_of_a_real_shop_can_be_read() -> None:
    entries = json.loads((SAMPLES / "jwks.json").read_text())["body"]["keys"]
    assert [Rs256Key(entry).key.size_in_bits() for entry in entries] == [2048]


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": time.time() - 60},
        {"exp": None},
        {"nbf": time.time() + 86_400},
        {"type": "access"},
        {"type": None},
        {"app": "QXBwOjI="},
        {"app": None},
        {"aud": "https://other.example"},
        {"aud": ["QXBwOjI="]},
        {"is_staff": False},
        {"is_staff": None},
        {"user_id": None},
        {"user_id": 21},
        {"iss": "https://north.shop.example/graphql"},
        {"iss": "http://north.shop.example/graphql/"},
        {"iss": "https://NORTH.shop.example/graphql/"},
        {"iss": "https://user@north.shop.example/graphql/"},
        {"iss": "https://north.shop.example/graphql/?"},
        {"iss": "https://[north.shop.example/graphql/"},
        {"iss": "https://unknown.shop.example/graphql/"},
        {"iss": None},
    ],
)
def test_any_other_token_is_anonymous(world: ShopWorld, claims: dict[str, Any]) -> None:
    assert world.identify(world.staff_token(NORTH, **claims)).is_anonymous


@pytest.mark.parametrize("audience", ["QXBwOjE=", ["QXBwOjE="], ["x", "QXBwOjE="]])
def test_a_token_may_name_our_app_as_its_audience(world: ShopWorld, audience: Any) -> None:
    assert not world.identify(world.staff_token(NORTH, aud=audience)).is_anonymous


def test_a_token_of_another_key_is_anonymous(world: ShopWorld) -> None:
    forged = LocalIssuer(signer_of(NORTH).url).sign(make_claims())
    assert world.identify(forged).is_anonymous


def test_a_token_cut_or_changed_is_anonymous(world: ShopWorld) -> None:
    head, body, signature = world.staff_token(NORTH).split(".")
    other = world.staff_token(NORTH, user_id="VXNlcjox").split(".")[1]
    for token in (f"{head}.{other}.{signature}", f"{head}.{body}.", f"{head}..{signature}"):
        assert world.identify(token).is_anonymous


def test_what_the_app_may_read_widens_nothing(world: ShopWorld) -> None:
    token = world.staff_token(NORTH, user_permissions=["MANAGE_ORDERS"])
    assert world.identify(token).permissions == frozenset()


def test_what_the_app_was_not_granted_is_nobodys_to_export(world: ShopWorld) -> None:
    world.connect(NORTH, permissions=frozenset({"MANAGE_GIFT_CARD"}))
    assert world.identify(world.staff_token(NORTH)).permissions == {"MANAGE_GIFT_CARD"}


def test_staff_of_a_shop_that_removed_the_app_are_strangers_at_once(world: ShopWorld) -> None:
    token = world.staff_token(NORTH)
    assert not world.identify(token).is_anonymous
    world.connect(NORTH, status=Installation.REMOVED, sealed_token=None)
    assert world.identify(token).is_anonymous


def test_staff_of_a_shop_that_switched_the_app_off_still_see_their_exports(
    world: ShopWorld,
) -> None:
    world.connect(NORTH, status=Installation.OFF)
    assert world.identify(world.staff_token(NORTH)).shop == NORTH


def test_an_unreachable_shop_is_unavailable_and_never_anonymous(world: ShopWorld) -> None:
    world.is_down = True
    token = world.staff_token(NORTH)
    with pytest.raises(Unavailable):
        world.identify(token)
    answer = world.ask(token, "{me{user{email}}}")
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "Unavailable"


def test_known_keys_work_while_the_shop_is_silent(world: ShopWorld) -> None:
    token = world.staff_token(NORTH)
    world.identify(token)
    world.is_down = True
    assert world.identify(token).shop == NORTH


def test_made_up_key_ids_cost_a_shop_one_request_a_minute(
    world: ShopWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.issuer.KEY_ID", "rotated")
    for _ in range(5):
        assert world.identify(world.staff_token(NORTH)).shop == NORTH
    monkeypatch.setattr("local.issuer.KEY_ID", "unknown")
    token = world.staff_token(NORTH)
    monkeypatch.setattr("local.issuer.KEY_ID", "rotated")
    for _ in range(5):
        assert world.identify(token).is_anonymous
    assert world.fetches == [f"https://{NORTH}/.well-known/jwks.json"]


def test_an_issuer_of_the_same_name_does_not_open_another_way_in() -> None:
    url = signer_of(NORTH).url
    issuer = Issuer(issuer=url, jwks_url=f"{url}keys", shop="default", clients=("x",))
    world = ShopWorld(issuers=(issuer,))
    world.connect(NORTH)
    assert world.identify(world.staff_token(NORTH)).shop == NORTH
    assert world.identify(world.staff_token(NORTH, app="QXBwOjI=")).is_anonymous


def test_exports_of_staff_belong_to_their_shop(world: ShopWorld) -> None:
    answer = world.ask(
        world.staff_token(SOUTH),
        "mutation{exportProducts(input:{scope:ALL,fileType:CSV}){errors{message} exportFile{id}}}",
    )
    assert answer["data"]["exportProducts"]["errors"] == []
    assert {shop for shop, _ in world.service.store.jobs} == {SOUTH}
