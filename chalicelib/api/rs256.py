"""RS256 for PyJWT, verified by pycryptodome.

A thirtieth of the size of `cryptography` (see ADR 15).
"""

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
# The minimum of NIST SP 800-131A.
MIN_KEY_BITS: Final = 2048
# A signature by a key of a hostile shop takes four seconds to check if both have 40,000 bits.
# FIPS 186-5 allows exponents of 256 bits.
MAX_KEY_BITS: Final = 16_384
MAX_EXPONENT_BITS: Final = 256


class Rs256Key(jwt.PyJWK):
    """A public RSA key from a key set (RFC 7517), for verifying RS256 only.

    KeyError, TypeError or ValueError for an entry of another kind or a key of an unusual size.
    """

    def __init__(self, entry: Mapping[str, Any]) -> None:
        if entry.get("alg", ALGORITHM) != ALGORITHM:
            raise ValueError(f"The key is for {entry['alg']}.")
        modulus, exponent = (int.from_bytes(base64url_decode(entry[name])) for name in ("n", "e"))
        _check_size(modulus.bit_length(), exponent.bit_length())
        self.algorithm_name = ALGORITHM
        self.key = RSA.construct((modulus, exponent))
        self.Algorithm = _Rs256()


def _check_size(bits: int, exponent_bits: int) -> None:
    if not MIN_KEY_BITS <= bits <= MAX_KEY_BITS:
        raise ValueError(
            f"The key has {bits} bits. It may have {MIN_KEY_BITS:,} to {MAX_KEY_BITS:,}."
        )
    if exponent_bits > MAX_EXPONENT_BITS:
        raise ValueError(f"The exponent of the key has more than {MAX_EXPONENT_BITS} bits.")


class _Rs256(Algorithm):
    """Signature verification with RSASSA-PKCS1-v1_5 and SHA-256 (RFC 8017, section 8.2.2)."""

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
