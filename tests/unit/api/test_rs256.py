from __future__ import annotations

import json
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.utils import base64url_decode, base64url_encode

from chalicelib.api.rs256 import ALGORITHM, Rs256Key


@cache
def make_key(bits: int = 2048, exponent: int = 65537) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=exponent, key_size=bits)


def entry_of(key: rsa.RSAPrivateKey) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return {name: value for name, value in entry.items() if name in ("kty", "n", "e")}


def read(token: str, entry: dict[str, Any]) -> Any:
    return jwt.decode(token, Rs256Key(entry), algorithms=[ALGORITHM])


@pytest.mark.parametrize(("bits", "exponent"), [(2048, 65537), (3072, 65537), (2048, 3)])
def test_a_public_key_verifies_what_its_private_key_signed(bits: int, exponent: int) -> None:
    key = make_key(bits, exponent)
    assert read(jwt.encode({"sub": "ann"}, key, algorithm="RS256"), entry_of(key)) == {"sub": "ann"}


def test_another_key_does_not() -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(jwt.InvalidSignatureError):
        read(jwt.encode({"sub": "ann"}, other, algorithm="RS256"), entry_of(make_key()))


@pytest.mark.parametrize("part", [0, 1, 2])
@pytest.mark.parametrize("place", [0, 20, -3])
def test_one_changed_bit_is_seen(part: int, place: int) -> None:
    parts = [
        bytearray(base64url_decode(one))
        for one in jwt.encode({"sub": "ann" * 9}, make_key(), "RS256").split(".")
    ]
    parts[part][place] ^= 1
    token = ".".join(base64url_encode(bytes(one)).decode() for one in parts)
    with pytest.raises(jwt.InvalidTokenError):
        read(token, entry_of(make_key()))


@pytest.mark.parametrize("signature", [b"", b"\0" * 256, b"\xff" * 256, b"\0" * 255, b"x" * 257])
def test_bytes_that_are_not_a_signature_are_refused(signature: bytes) -> None:
    head, claims, _ = jwt.encode({"sub": "ann"}, make_key(), algorithm="RS256").split(".")
    with pytest.raises(jwt.InvalidSignatureError):
        read(f"{head}.{claims}.{base64url_encode(signature).decode()}", entry_of(make_key()))


def test_a_signature_is_of_one_form_alone() -> None:
    """A number above the modulus or with a leading zero would be a second signature of a token."""
    head, claims, signature = jwt.encode({"sub": "ann"}, make_key(), algorithm="RS256").split(".")
    number = (
        int.from_bytes(base64url_decode(signature)) + make_key().public_key().public_numbers().n
    )
    for other in (number.to_bytes(257), b"\0" + base64url_decode(signature)):
        with pytest.raises(jwt.InvalidSignatureError):
            read(f"{head}.{claims}.{base64url_encode(other).decode()}", entry_of(make_key()))


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_other_algorithms_are_refused(algorithm: str) -> None:
    with pytest.raises(jwt.InvalidTokenError):
        read(jwt.encode({"sub": "ann"}, make_key(), algorithm=algorithm), entry_of(make_key()))


def test_a_public_key_is_no_secret_to_sign_with() -> None:
    token = jwt.encode(
        {"sub": "ann"}, make_key().public_key().public_numbers().n.to_bytes(256), algorithm="HS256"
    )
    for algorithms in ([ALGORITHM], [ALGORITHM, "HS256"]):
        with pytest.raises(jwt.InvalidTokenError):
            jwt.decode(token, Rs256Key(entry_of(make_key())), algorithms=algorithms)


def test_a_token_without_a_signature_is_refused() -> None:
    with pytest.raises(jwt.InvalidTokenError):
        read(jwt.encode({"sub": "ann"}, "", algorithm="none"), entry_of(make_key()))


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="1024 bits"):
        Rs256Key(entry_of(make_key(1024)))


def test_a_key_that_takes_seconds_to_check_a_signature_is_refused() -> None:
    huge = base64url_encode(((1 << 39_999) + 1).to_bytes(5_000)).decode()
    with pytest.raises(ValueError, match="40000 bits"):
        Rs256Key({**entry_of(make_key()), "n": huge})
    slow = base64url_encode(((1 << 2_000) + 1).to_bytes(251)).decode()
    with pytest.raises(ValueError, match="exponent"):
        Rs256Key({**entry_of(make_key()), "e": slow})


@pytest.mark.parametrize(
    "change", [{"alg": "RS512"}, {"e": "AA"}, {"e": "AQ"}, {"n": 7}, {"n": "ü"}]
)
def test_an_entry_that_is_no_key_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        Rs256Key({**entry_of(make_key()), **change})


@pytest.mark.parametrize("missing", ["n", "e"])
def test_an_entry_that_lacks_something_is_refused(missing: str) -> None:
    entry = entry_of(make_key())
    del entry[missing]
    with pytest.raises(KeyError):
        Rs256Key(entry)
