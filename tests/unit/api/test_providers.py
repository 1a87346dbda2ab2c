"""Access tokens in the shapes that identity providers issue, and the issuer that fits each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from chalicelib.api.auth import Authenticator
from chalicelib.api.issuers import Issuers
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.requestor import Requestor
from tests.api_client import KeyServer, key_server
from tests.fakes import FakeAppStore

STAFF: Final = ["MANAGE_PRODUCTS", "MANAGE_GIFT_CARD"]
PROVIDERS: Final[dict[str, tuple[dict[str, Any], dict[str, Any]]]] = {
    "Cognito": (
        {"clients": ("waybill",), "claims": {"permissions": "cognito:groups"}},
        {
            "sub": "aaaa-bbbb",
            "cognito:groups": STAFF,
            "client_id": "waybill",
            "token_use": "access",
            "scope": "openid email",
            "username": "ann",
            "version": 2,
        },
    ),
    "Auth0": (
        {"audience": "https://waybill.example/api"},
        {
            "sub": "auth0|5f7c8ec7c33c6c004bbafe82",
            "aud": ["https://waybill.example/api", "https://tenant.eu.auth0.com/userinfo"],
            "azp": "k2Yz",
            "scope": "openid profile email",
            "permissions": STAFF,
        },
    ),
    "Keycloak": (
        {
            "clients": ("waybill",),
            "claims": {"permissions": "resource_access.waybill.roles"},
        },
        {
            "sub": "8c1b-4f3a",
            "typ": "Bearer",
            "azp": "waybill",
            "aud": "account",
            "realm_access": {"roles": ["offline_access"]},
            "resource_access": {"waybill": {"roles": STAFF}},
            "email_verified": True,
            "preferred_username": "ann",
        },
    ),
    "Entra": (
        {"audience": "api-id", "claims": {"permissions": "roles", "user_id": "oid"}},
        {
            "sub": "pairwise",
            "oid": "1a2b-3c4d",
            "aud": "api-id",
            "azp": "client-id",
            "azpacr": "1",
            "roles": STAFF,
            "tid": "tenant",
            "ver": "2.0",
        },
    ),
    "Saleor": (
        {"audience": None, "claims": {"permissions": "user_permissions"}},
        {
            "owner": "saleor",
            "type": "access",
            "token": "cyKDg1mAZH4R",
            "user_id": "VXNlcjox",
            "email": "ann@shop.example",
            "is_staff": True,
            "user_permissions": STAFF,
        },
    ),
}


@pytest.fixture(scope="module")
def keys() -> Iterator[KeyServer]:
    with key_server() as server:
        yield server


def identify(keys: KeyServer, provider: str, **changed: Any) -> Requestor:
    configured, claims = PROVIDERS[provider]
    issuer = Issuer(issuer="issuer", jwks_url=keys.url, **configured)
    token = keys.sign(**{**claims, **changed})
    authenticator = Authenticator(Issuers((issuer,)), FakeAppStore())
    return authenticator.identify({"authorization": f"Bearer {token}"})


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_access_token_of_the_provider_signs_in_with_its_permissions(
    provider: str, keys: KeyServer
) -> None:
    requestor = identify(keys, provider)
    assert requestor.user is not None
    assert all(map(requestor.may, STAFF))
    assert not requestor.may("MANAGE_DISCOUNTS")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_expired_token_of_the_provider_is_anonymous(provider: str, keys: KeyServer) -> None:
    assert identify(keys, provider, exp=1_600_000_000).is_anonymous


@pytest.mark.parametrize(
    ("provider", "changed"),
    [
        ("Cognito", {"token_use": "id"}),
        ("Cognito", {"client_id": "other"}),
        ("Auth0", {"aud": "https://other.example/api"}),
        ("Keycloak", {"typ": "Refresh"}),
        ("Keycloak", {"azp": "other"}),
        ("Entra", {"aud": "other-api"}),
        ("Saleor", {"type": "refresh"}),
    ],
)
def test_a_token_for_another_purpose_or_program_is_anonymous(
    provider: str, changed: dict[str, Any], keys: KeyServer
) -> None:
    assert identify(keys, provider, **changed).is_anonymous
