"""RS256 for PyJWT, verified by pycryptodome: a thirtieth of the size of `cryptography` (see ADR 15)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

import jwt
from Crypto.Hash import SHA256
from Crypto.PublicKey import RSA
from Crypto.Signature import pkcs1_15
from jwt.algorithms import Algorithm
from jwt.utils import base64url_decode

ALGORITHM: Final = "RS256"
MIN_KEY_BITS: Final = 2048


class Rs256Key(jwt.PyJWK):
    """A public key of an issuer's key set, which PyJWT verifies RS256 with, and nothing else.

    KeyError, TypeError or ValueError for an entry that is no such key, or one of fewer bits than NIST SP 800-131A asks.
    """

    def __init__(self, entry: Mapping[str, Any]) -> None:
        if entry.get("alg", ALGORITHM) != ALGORITHM:
            raise ValueError(f"The key is for {entry['alg']}.")
        modulus, exponent = (int.from_bytes(base64url_decode(entry[name])) for name in ("n", "e"))
        if modulus.bit_length() < MIN_KEY_BITS:
            raise ValueError(
                f"The key has {modulus.bit_length()} bits, {MIN_KEY_BITS} are the least."
            )
        self.algorithm_name = ALGORITHM
        self.key = RSA.construct((modulus, exponent))
        self.Algorithm = _Rs256()


class _Rs256(Algorithm):
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2.2): the public half."""

    def prepare_key(self, key: Any) -> Any:
        return key

    def verify(self, msg: bytes, key: Any, sig: bytes) -> bool:
        try:
            pkcs1_15.new(key).verify(SHA256.new(msg), sig)
        except ValueError:
            return False
        return True

    def sign(self, msg: bytes, key: Any) -> NoReturn:
        raise NotImplementedError("Functions sign nothing.")

    @staticmethod
    def to_jwk(key_obj: Any, as_dict: bool = False) -> NoReturn:  # noqa: FBT002 - as PyJWT has it
        raise NotImplementedError("Functions publish no keys.")

    @staticmethod
    def from_jwk(jwk: Any) -> NoReturn:
        raise NotImplementedError("Keys come as Rs256Key.")
