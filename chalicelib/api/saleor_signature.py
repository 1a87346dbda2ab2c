"""Verifies that a delivery comes from the shop: a detached JWS over the raw bytes of the body.

Saleor signs `BASE64URL(header) + "." + body` with RS256 (RFC 7797, `b64: false`). The signature
holds no time, so the window against replays is that of `issuedAt` in the body.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import jwt
from jwt.api_jws import PyJWS

from chalicelib.api.rs256 import ALGORITHM
from chalicelib.errors import EventRefused

_JWS: Final = PyJWS(algorithms=[ALGORITHM])
FindKey = Callable[[str], Any]


def verify_signature(signature: str, body: bytes, find_key: FindKey) -> None:
    """Raise EventRefused unless the shop's key signed exactly these bytes.

    `find_key` returns the shop's public key of an id and raises LookupError for an unknown one.
    """
    try:
        header = jwt.get_unverified_header(signature)
        # Only a detached signature covers the body that arrived.
        if header.get("b64", True) is not False or not _is_detached(signature):
            raise EventRefused("The signature does not cover the body.")
        key = find_key(str(header.get("kid", "")))
        _JWS.decode_complete(signature, key, [ALGORITHM], detached_payload=body)
    except (jwt.PyJWTError, LookupError, ValueError, TypeError, AttributeError) as error:
        raise EventRefused("The signature is not the shop's.") from error


def _is_detached(signature: str) -> bool:
    parts = signature.split(".")
    return len(parts) == 3 and parts[1] == ""
