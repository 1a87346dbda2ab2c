from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.api.auth import Authenticator, bearer_token
from chalicelib.api.issuers import Issuers
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.requestor import Requestor
from chalicelib.errors import Unavailable
from tests.api_client import KeyServer, key_server, shared_key
from tests.factories import make_app, make_requestor
from tests.fakes import FakeAppStore


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with key_server(shared_key()) as server:
        yield server


def make_authenticator(keys: KeyServer, **issuer: Any) -> Authenticator:
    apps = FakeAppStore()
    apps.requestors["waybill_good"] = make_requestor(app=make_app())
    return Authenticator(Issuers((Issuer(issuer="issuer", jwks_url=keys.url, **issuer),)), apps)


def identify(authenticator: Authenticator, token: str) -> Requestor:
    return authenticator.identify({"authorization": f"Bearer {token}"})


def public_pem(keys: KeyServer) -> bytes:
    """Return the issuer's public key, which is not secret."""
    return (
        keys.keys["one"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )


def sign_by_hmac(claims: dict[str, Any], secret: bytes) -> str:
    """Return a token signed by HS256. PyJWT refuses to use a public key as the secret."""
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "one"}, claims)]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = hmac.new(secret, signed, hashlib.sha256).digest()
    return f"{signed.decode()}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_a_signed_token_is_a_user_with_permissions(keys: KeyServer) -> None:
    token = keys.sign(email="ann@shop.example", permissions=["MANAGE_PRODUCTS"], first_name="Ann")
    asker = identify(make_authenticator(keys), token)
    assert asker.user is not None
    assert (asker.user.id, asker.user.email, asker.shop) == (
        "VXNlcjox",
        "ann@shop.example",
        "default",
    )
    assert asker.may("MANAGE_PRODUCTS")
    assert not asker.may("MANAGE_GIFT_CARD")


def test_an_opaque_token_is_an_app(keys: KeyServer) -> None:
    assert identify(make_authenticator(keys), "waybill_good").app == make_app()


def test_an_unknown_token_is_anonymous_and_asks_no_network(keys: KeyServer) -> None:
    authenticator = make_authenticator(keys)
    for garbage in ("waybill_bad", "x", "a.b.c", "..", "a" * 5000, "a.b", "ey.ey.ey"):
        assert identify(authenticator, garbage).is_anonymous
    assert keys.asked == 0


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": time.time() - 60},
        {"iss": "somebody"},
        {"aud": "others"},
        {"nbf": time.time() + 86_400},
    ],
)
def test_a_token_that_is_expired_early_or_meant_for_others_is_anonymous(
    keys: KeyServer, claims: dict[str, Any]
) -> None:
    given = {"aud": "waybill", **claims}
    assert identify(make_authenticator(keys, audience="waybill"), keys.sign(**given)).is_anonymous


def test_the_algorithm_is_not_the_tokens_to_choose(keys: KeyServer) -> None:
    authenticator = make_authenticator(keys)
    claims = {"iss": "issuer", "exp": time.time() + 60, "sub": "x"}
    public = json.loads(keys.key_set())["keys"][0]["n"]
    for secret in (public.encode(), public_pem(keys)):
        assert identify(authenticator, sign_by_hmac(claims, secret)).is_anonymous
    other = jwt.encode(claims, keys.keys["one"], algorithm="RS512", headers={"kid": "one"})
    assert identify(authenticator, other).is_anonymous
    head = base64.urlsafe_b64encode(b'{"alg":"none","kid":"one"}').rstrip(b"=").decode()
    assert identify(authenticator, f"{head}.{keys.sign().split('.')[1]}.").is_anonymous


def test_a_token_that_never_expires_is_anonymous(keys: KeyServer) -> None:
    eternal = jwt.encode(
        {"iss": "issuer", "sub": "x"}, keys.keys["one"], algorithm="RS256", headers={"kid": "one"}
    )
    assert identify(make_authenticator(keys), eternal).is_anonymous


def test_a_token_signed_with_another_key_is_anonymous(keys: KeyServer) -> None:
    authenticator = make_authenticator(keys)
    with key_server() as other:
        assert identify(authenticator, other.sign()).is_anonymous


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({"authorization": "Bearer x"}, "x"),
        ({"authorization": "bearer  x "}, "x"),
        ({"authorization-bearer": "x"}, "x"),
        ({"authorization": "JWT x"}, "x"),
        ({"authorization": "jwt x"}, "x"),
        ({"authorization": "BEARER x"}, "x"),
        ({"authorization": "Bearer proxy", "authorization-bearer": "x"}, "x"),
        ({"authorization": "Bearer x", "authorization-bearer": " "}, "x"),
        ({"authorization": "Basic x"}, ""),
        ({"authorization": "Basic x", "authorization-bearer": "y"}, "y"),
        ({}, ""),
    ],
)
def test_the_token_stands_in_either_header(headers: dict[str, str], token: str) -> None:
    assert bearer_token(headers) == token


@pytest.mark.parametrize(
    "claims", [{"permissions": 5}, {"exp": float("inf")}, {"sub": None}, {"iat": "soon"}]
)
def test_a_token_with_claims_of_a_wrong_kind_is_anonymous(
    keys: KeyServer, claims: dict[str, Any]
) -> None:
    assert identify(make_authenticator(keys), keys.sign(**claims)).is_anonymous


def test_an_issuer_does_not_reach_beyond_its_shop(keys: KeyServer) -> None:
    token = keys.sign(shop="south")
    assert identify(make_authenticator(keys, shop="north"), token).shop == "north"
    assert identify(make_authenticator(keys, claims={"shop": "shop"}), token).shop == "south"


def test_a_token_without_the_claim_of_its_shop_is_anonymous(keys: KeyServer) -> None:
    authenticator = make_authenticator(keys, claims={"shop": "tenant"})
    for given in ({}, {"tenant": ""}, {"tenant": ["south"]}, {"shop": "south"}):
        assert identify(authenticator, keys.sign(**given)).is_anonymous


@pytest.mark.parametrize(
    "shop", ["acme/eu", "acme#products", "a b", "a\tb", "a\n", "a\u202eb", "\x00", "..", "x" * 101]
)
def test_a_token_whose_shop_is_not_a_name_is_anonymous(keys: KeyServer, shop: str) -> None:
    authenticator = make_authenticator(keys, claims={"shop": "shop"})
    assert identify(authenticator, keys.sign(shop=shop)).is_anonymous


def test_a_token_that_is_not_accepted_is_in_no_log(
    keys: KeyServer, caplog: pytest.LogCaptureFixture
) -> None:
    token = keys.sign(exp=time.time() - 60)
    with caplog.at_level("INFO", "waybill"):
        identify(make_authenticator(keys), token)
    [record] = caplog.records
    assert not any(part in str(vars(record)) for part in token.split("."))


def test_unknown_key_ids_ask_the_issuer_once(keys: KeyServer) -> None:
    authenticator = make_authenticator(keys)
    with key_server() as other:
        for number in range(5):
            other.add_key(f"k{number}")
            assert identify(authenticator, other.sign(f"k{number}")).is_anonymous
    assert keys.asked == 1


def test_a_token_of_an_issuer_that_does_not_answer_is_neither_accepted_nor_anonymous(
    keys: KeyServer,
) -> None:
    issuer = Issuer(issuer="issuer", jwks_url="http://127.0.0.1:1/jwks.json")
    with pytest.raises(Unavailable):
        identify(Authenticator(Issuers((issuer,)), FakeAppStore()), keys.sign())


@pytest.mark.parametrize("claims", [{"sub": 7}, {"jti": 12345}, {"sub": 7, "user_id": 9}])
def test_ids_in_a_token_may_be_numbers(keys: KeyServer, claims: dict[str, Any]) -> None:
    user = identify(make_authenticator(keys), keys.sign(**claims)).user
    assert user is not None
    assert user.id == str(claims.get("user_id") or claims.get("sub") or "VXNlcjox")


@pytest.mark.parametrize(
    "claims",
    [
        {"typ": "Refresh"},
        {"typ": "ID"},
        {"typ": "Offline"},
        {"token_use": "id"},
        {"type": "refresh"},
        {"header": {"kid": "one", "typ": "refresh+jwt"}},
    ],
)
def test_a_token_for_another_purpose_is_not_an_access_token(
    keys: KeyServer, claims: dict[str, Any]
) -> None:
    assert identify(make_authenticator(keys), keys.sign(**claims)).is_anonymous


@pytest.mark.parametrize(
    "claims",
    [
        {"typ": "Bearer"},
        {"token_use": "access"},
        {"type": "access"},
        {"header": {"kid": "one", "typ": "at+jwt"}},
    ],
)
def test_an_access_token_may_say_that_it_is_one(keys: KeyServer, claims: dict[str, Any]) -> None:
    assert not identify(make_authenticator(keys), keys.sign(**claims)).is_anonymous


def test_the_page_may_sign_in_with_id_tokens_but_never_with_refresh_tokens(keys: KeyServer) -> None:
    authenticator = make_authenticator(keys, page_token="id_token")
    assert not identify(authenticator, keys.sign(typ="ID")).is_anonymous
    assert identify(authenticator, keys.sign(typ="Refresh")).is_anonymous


@pytest.mark.parametrize(
    ("claims", "is_accepted"),
    [
        ({"client_id": "waybill"}, True),
        ({"azp": "waybill"}, True),
        ({"client_id": "waybill", "azp": "waybill"}, True),
        ({"client_id": "other"}, False),
        ({"client_id": "waybill", "azp": "other"}, False),
        ({"aud": "waybill"}, False),
        ({}, False),
    ],
)
def test_an_access_token_is_bound_to_its_client(
    keys: KeyServer, claims: dict[str, Any], is_accepted: bool
) -> None:
    authenticator = make_authenticator(keys, clients=("waybill", "dashboard"))
    assert identify(authenticator, keys.sign(**claims)).is_anonymous is not is_accepted


def test_an_id_token_names_its_client_as_its_audience(keys: KeyServer) -> None:
    authenticator = make_authenticator(keys, page_token="id_token", clients=("waybill",))
    assert not identify(authenticator, keys.sign(aud="waybill")).is_anonymous
    assert identify(authenticator, keys.sign(aud="other")).is_anonymous
