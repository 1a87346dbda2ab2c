"""Read a JSON Web Token: before its signature is checked, and after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import jwt

from chalicelib.api.rs256 import ALGORITHM, Rs256Key

LEEWAY_SECONDS: Final = 10
# A token may hold anything, so reading it may fail in all of these ways.
UNREADABLE: Final = (
    jwt.PyJWTError,
    LookupError,
    TypeError,
    AttributeError,
    ValueError,
    ArithmeticError,
    RecursionError,
)


def unverified_claims(token: str) -> Mapping[str, Any]:
    """Return what a token claims. It only chooses the keys that then check the token."""
    claims: Mapping[str, Any] = jwt.decode(
        token, options={"verify_signature": False, "verify_exp": False, "verify_aud": False}
    )
    return claims


def key_id_of(token: str) -> str:
    """Return the id of the key that a token names, "" if it names none."""
    return jwt.get_unverified_header(token).get("kid") or ""


def verified_claims(
    token: str, key: Rs256Key, *, issuer: str, audience: str | None = None
) -> dict[str, Any]:
    """Return the claims of a genuine token that has not expired; raise one of UNREADABLE."""
    return jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=audience,
        issuer=issuer,
        leeway=LEEWAY_SECONDS,
        options={
            "require": ["exp", "iss"],
            "verify_aud": audience is not None,
            # RFC 7519 wants texts here. Some issuers write numbers, and both are fine to read.
            "verify_sub": False,
            "verify_jti": False,
        },
    )
