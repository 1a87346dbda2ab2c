from __future__ import annotations

from typing import Any

import pytest

from chalicelib.api.claims import requestor_of
from chalicelib.domain.issuer import Issuer


def test_claims_have_the_names_that_an_issuer_gives_them() -> None:
    claims = {
        "sub": "u",
        "cognito:groups": "MANAGE_PRODUCTS MANAGE_DISCOUNTS",
        "app": {"shop": "north"},
        "staff": False,
    }
    names = {"permissions": "cognito:groups", "shop": "app.shop", "is_staff": "staff"}
    requestor = requestor_of(claims, Issuer(issuer="i", jwks_url="", claims=names))
    assert (requestor.shop, requestor.permissions) == (
        "north",
        frozenset({"MANAGE_PRODUCTS", "MANAGE_DISCOUNTS"}),
    )
    assert not requestor.may("MANAGE_PRODUCTS")  # not staff


@pytest.mark.parametrize(
    ("path", "claims"),
    [
        ("email", {"email": "ann@shop.example"}),
        ("profile.email", {"profile": {"email": "ann@shop.example"}}),
        ("https://shop.example/email", {"https://shop.example/email": "ann@shop.example"}),
        (r"https://shop\.example/email", {"https://shop.example/email": "ann@shop.example"}),
        (
            r"https://shop\.example/user.email",
            {"https://shop.example/user": {"email": "ann@shop.example"}},
        ),
        (r"user.e\.mail", {"user": {"e.mail": "ann@shop.example"}}),
    ],
)
def test_a_claim_is_found_by_its_path(path: str, claims: dict[str, Any]) -> None:
    issuer = Issuer(issuer="i", jwks_url="", claims={"email": path})
    user = requestor_of({"sub": "u", **claims}, issuer).user
    assert user is not None
    assert user.email == "ann@shop.example"


@pytest.mark.parametrize("sub", [None, "", True, [], {}, 1.5])
def test_a_token_that_names_no_user_is_refused(sub: Any) -> None:
    with pytest.raises(KeyError):
        requestor_of({"sub": sub}, Issuer(issuer="i", jwks_url=""))
