"""An issuer as JSON, in a parameter or from a command."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain.issuer import Issuer

FACTS: dict[str, Any] = {"issuer": "https://i.example", "jwks_url": "https://i.example/keys"}
FULL = {
    **FACTS,
    "audience": "waybill",
    "clients": ["page", "script"],
    "shop": "north",
    "claims": {"permissions": "realm.roles"},
    "name": "North",
    "client_id": "page",
    "scope": "openid",
    "authorization_endpoint": "https://i.example/authorize",
    "token_endpoint": "https://i.example/token",
    "page_token": "id_token",
}


def test_an_issuer_comes_back_as_it_was_given() -> None:
    assert json.loads(json.dumps(Issuer.from_json(FULL).to_json())) == FULL


def test_what_is_not_set_is_not_written() -> None:
    written = Issuer(**FACTS).to_json()
    assert set(written) == {*FACTS, "shop", "scope", "page_token"}
    assert Issuer.from_json(written) == Issuer(**FACTS)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"clients": "page"}, "`clients` must be a list of client ids"),
        ({"client": "page", "url": "x"}, "an issuer has no client, url"),
        ({"issuer": None}, "an issuer needs issuer"),
        ({"issuer": None, "jwks_url": None}, "an issuer needs issuer and jwks_url"),
    ],
)
def test_an_entry_that_is_wrong_is_refused_with_what_is_wrong(
    wrong: dict[str, Any], said: str
) -> None:
    given = {name: value for name, value in {**FACTS, **wrong}.items() if value is not None}
    with pytest.raises(TypeError, match=f"^{said}$"):
        Issuer.from_json(given)


@pytest.mark.parametrize("entry", ["issuer", 5, None, [FACTS]])
def test_an_entry_that_is_no_object_is_refused(entry: Any) -> None:
    with pytest.raises(TypeError, match="is not an object with the facts of an issuer"):
        Issuer.from_json(entry)
