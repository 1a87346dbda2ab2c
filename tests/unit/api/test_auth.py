from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.api import auth
from chalicelib.api.auth import Authenticator, bearer_token, check_key_url, requestor_of
from chalicelib.domain.requestor import Requestor
from chalicelib.settings import Issuer
from tests.api_client import KeyServer, key_server
from tests.factories import make_app, make_requestor
from tests.fakes import FakeAppStore


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with key_server() as server:
        yield server


def make_authenticator(keys: KeyServer, **issuer: Any) -> Authenticator:
    apps = FakeAppStore()
    apps.requestors["waybill_good"] = make_requestor(app=make_app())
    return Authenticator((Issuer(issuer="issuer", jwks_url=keys.url, **issuer),), apps)


def identify(authenticator: Authenticator, token: str) -> Requestor:
    return authenticator.identify({"authorization": f"Bearer {token}"})


def public_pem(keys: KeyServer) -> bytes:
    """The issuer's public key as everybody may have it."""
    return (
        keys.keys["one"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )


def sign_by_hmac(claims: dict[str, Any], secret: bytes) -> str:
    """A token signed by HS256 with any secret, which the library would refuse to do with a public key."""
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


def test_an_unknown_token_is_nobody_and_asks_no_network(keys: KeyServer) -> None:
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
        {"nbf": time.time() + 600},
    ],
)
def test_a_token_that_is_expired_early_or_meant_for_others_is_nobody(
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


def test_a_token_that_never_runs_out_is_nobody(keys: KeyServer) -> None:
    eternal = jwt.encode(
        {"iss": "issuer", "sub": "x"}, keys.keys["one"], algorithm="RS256", headers={"kid": "one"}
    )
    assert identify(make_authenticator(keys), eternal).is_anonymous


def test_a_token_signed_with_another_key_is_nobody(keys: KeyServer) -> None:
    authenticator = make_authenticator(keys)
    with key_server() as other:
        assert identify(authenticator, other.sign()).is_anonymous


def test_keys_are_fetched_once_and_again_when_a_new_one_appears(
    keys: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    authenticator = make_authenticator(keys)
    for _ in range(3):
        assert not identify(authenticator, keys.sign()).is_anonymous
    assert keys.asked == 1
    keys.add_key("two")
    assert identify(authenticator, keys.sign("two")).is_anonymous  # not so soon: asking is bounded
    monkeypatch.setattr(auth, "SECONDS_BETWEEN_FETCHES", 0)
    assert not identify(authenticator, keys.sign("two")).is_anonymous
    assert keys.asked == 2


@pytest.mark.parametrize(
    "url", ["http://example.com/keys", "ftp://127.0.0.1/keys", "file:///etc/passwd", ""]
)
def test_keys_are_fetched_over_https_only(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        check_key_url(url)


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({"authorization": "Bearer x"}, "x"),
        ({"authorization": "bearer  x "}, "x"),
        ({"authorization-bearer": "x"}, "x"),
        ({"authorization": "Basic x"}, ""),
        ({"authorization": "Basic x", "authorization-bearer": "y"}, "y"),
        ({}, ""),
    ],
)
def test_the_token_stands_in_either_header(headers: dict[str, str], token: str) -> None:
    assert bearer_token(headers) == token


@pytest.mark.parametrize(
    "key_set",
    [
        b"",
        b"[]",
        b'{"keys":5}',
        b'{"keys":[5]}',
        b'{"keys":[{"kty":"RSA"}]}',
        b"[" * 100_000,
        b"\xff",
        b"{}",
    ],
)
def test_an_issuer_that_answers_nonsense_lets_nobody_in(
    keys: KeyServer, monkeypatch: pytest.MonkeyPatch, key_set: bytes
) -> None:
    token = keys.sign()
    monkeypatch.setattr(keys, "key_set", lambda: key_set)
    assert identify(make_authenticator(keys), token).is_anonymous


def test_a_key_that_cannot_be_used_does_not_shut_out_the_others(
    keys: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, listed = keys.sign(), json.loads(keys.key_set())["keys"]
    others = [
        {**listed[0], "kid": "other", "alg": "RS512"},
        {**listed[0], "kid": "small", "n": "AQAB"},
    ]
    others.append({"kty": "RSA", "kid": "none"})
    monkeypatch.setattr(keys, "key_set", lambda: json.dumps({"keys": [*others, *listed]}).encode())
    assert not identify(make_authenticator(keys), token).is_anonymous


@pytest.mark.parametrize(
    "claims", [{"permissions": 5}, {"exp": float("inf")}, {"sub": None}, {"iat": "soon"}]
)
def test_claims_of_a_wrong_kind_let_nobody_in(keys: KeyServer, claims: dict[str, Any]) -> None:
    assert identify(make_authenticator(keys), keys.sign(**claims)).is_anonymous


def test_an_issuer_does_not_reach_beyond_its_shop(keys: KeyServer) -> None:
    token = keys.sign(shop="south")
    assert identify(make_authenticator(keys, shop="north"), token).shop == "north"
    assert identify(make_authenticator(keys, claims={"shop": "shop"}), token).shop == "south"


def test_a_token_that_does_not_name_the_shop_it_should_is_nobody(keys: KeyServer) -> None:
    authenticator = make_authenticator(keys, claims={"shop": "tenant"})
    for given in ({}, {"tenant": ""}, {"tenant": ["south"]}, {"shop": "south"}):
        assert identify(authenticator, keys.sign(**given)).is_anonymous


@pytest.mark.parametrize(
    "shop", ["acme/eu", "acme#products", "a b", "a\tb", "a\n", "a\u202eb", "\x00", "..", "x" * 101]
)
def test_a_token_whose_shop_is_not_a_name_is_nobody(keys: KeyServer, shop: str) -> None:
    authenticator = make_authenticator(keys, claims={"shop": "shop"})
    assert identify(authenticator, keys.sign(shop=shop)).is_anonymous


def test_a_key_set_is_read_no_further_than_it_may_be_long(
    keys: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, key_set = keys.sign(), keys.key_set()
    monkeypatch.setattr(keys, "key_set", lambda: b" " * auth.MAX_KEY_SET_BYTES + key_set)
    assert identify(make_authenticator(keys), token).is_anonymous


def test_keys_are_not_read_from_files(keys: KeyServer, tmp_path: Path) -> None:
    (tmp_path / "keys").write_bytes(keys.key_set())
    issuer = Issuer(issuer="issuer", jwks_url=(tmp_path / "keys").as_uri())
    assert identify(Authenticator((issuer,), FakeAppStore()), keys.sign()).is_anonymous


def test_a_token_that_is_not_accepted_is_in_no_log(
    keys: KeyServer, caplog: pytest.LogCaptureFixture
) -> None:
    token = keys.sign(exp=time.time() - 60)
    with caplog.at_level("INFO", "waybill"):
        identify(make_authenticator(keys), token)
    [record] = caplog.records
    assert not any(part in str(vars(record)) for part in token.split("."))


def test_a_redirect_of_the_key_server_is_not_followed(keys: KeyServer) -> None:
    with key_server() as inside:
        keys.redirects_to = inside.url
        assert identify(make_authenticator(keys), inside.sign()).is_anonymous
        assert (keys.asked, inside.asked) == (1, 0)


def test_unknown_key_ids_ask_the_issuer_once(keys: KeyServer) -> None:
    authenticator = make_authenticator(keys)
    with key_server() as other:
        for number in range(5):
            other.add_key(f"k{number}")
            assert identify(authenticator, other.sign(f"k{number}")).is_anonymous
    assert keys.asked == 1


def test_claims_have_the_names_that_an_issuer_gives_them() -> None:
    claims = {
        "sub": "u",
        "cognito:groups": "MANAGE_PRODUCTS MANAGE_DISCOUNTS",
        "app": {"shop": "north"},
        "staff": False,
    }
    names = {"permissions": "cognito:groups", "shop": "app.shop", "is_staff": "staff"}
    asker = requestor_of(claims, Issuer(issuer="i", jwks_url="", claims=names))
    assert (asker.shop, asker.permissions) == ("north", {"MANAGE_PRODUCTS", "MANAGE_DISCOUNTS"})
    assert not asker.may("MANAGE_PRODUCTS")  # no staff
