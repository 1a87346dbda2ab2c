from __future__ import annotations

import pytest

from chalicelib.api.issuers import Issuers
from chalicelib.api.short_cache import MAX_CACHED
from chalicelib.domain.issuer import Issuer
from tests.fakes import FakeIssuerStore


def make_issuer(name: str, **given: object) -> Issuer:
    return Issuer(issuer=name, jwks_url=f"{name}/keys", **given)  # type: ignore[arg-type]


NORTH = make_issuer("https://north.example", shop="north")
SOUTH = make_issuer("https://south.example", shop="south")
EVERY = make_issuer("https://every.example", claims={"shop": "tenant"})


def test_an_issuer_of_the_table_is_found_beside_those_of_the_settings() -> None:
    issuers = Issuers((NORTH,), FakeIssuerStore(SOUTH))
    assert (issuers.find(NORTH.issuer), issuers.find(SOUTH.issuer)) == (NORTH, SOUTH)
    assert issuers.find("https://other.example") is None


def test_the_settings_win_over_the_table() -> None:
    changed = make_issuer(NORTH.issuer, shop="south")
    issuers = Issuers((NORTH,), FakeIssuerStore(changed))
    assert issuers.find(NORTH.issuer) == NORTH
    assert issuers.find_all("south") == ()


def test_a_shop_gets_its_own_issuers_and_those_for_every_shop() -> None:
    issuers = Issuers((NORTH,), FakeIssuerStore(SOUTH, EVERY))
    assert issuers.find_all("south") == (SOUTH, EVERY)
    assert issuers.find_all("north") == (NORTH, EVERY)


def test_the_table_is_asked_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("chalicelib.api.wall_clock.seconds", lambda: now[0])
    store = FakeIssuerStore(SOUTH)
    issuers = Issuers((), store)
    for _ in range(3):
        assert issuers.find(SOUTH.issuer) == SOUTH
    assert store.reads == 1
    store.issuers.clear()
    now[0] = 61.0
    assert issuers.find(SOUTH.issuer) is None


def test_names_that_strangers_make_up_are_bounded_in_memory_and_in_length() -> None:
    store = FakeIssuerStore()
    issuers = Issuers((), store)
    for number in range(MAX_CACHED + 50):
        issuers.find(f"https://{number}.example")
    assert len(issuers._cache) <= MAX_CACHED
    assert issuers.find("x" * 3000) is None
    assert issuers.find("") is None
    assert store.reads == MAX_CACHED + 50
