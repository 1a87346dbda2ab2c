"""CORS headers (https://fetch.spec.whatwg.org/#http-cors-protocol) for dashboards of other origins.

Rights come from a token, never from a cookie. A deployment that allows every origin, as Saleor
does, grants no additional rights.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

_HEADER_NAMES: Final = re.compile(r"[A-Za-z0-9-]+(\s*,\s*[A-Za-z0-9-]+)*")
# For preflight requests that name no headers: those of Saleor's clients, and ours.
_HEADERS: Final = (
    "Accept, Authorization, Authorization-Bearer, Content-Type, Idempotency-Key, "
    "Source-Service-Name"
)


def cors_headers(asked: Mapping[str, str], allowed: Sequence[str]) -> dict[str, str]:
    """Return the CORS headers for a request with the headers `asked`.

    `allowed` holds origins, in which `*` stands for any text. Another origin gets no access.
    """
    origin = asked.get("origin", "")
    if not origin:
        return {}
    if not any(fnmatchcase(origin, pattern) for pattern in allowed):
        # A cache must not hand this answer to a page of an allowed origin.
        return {"Vary": "Origin"}
    return {
        # Browsers refuse `*` when a page sends credentials, so the origin is named.
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }


def preflight_headers(asked: Mapping[str, str], allowed: Sequence[str]) -> dict[str, str]:
    """Return the headers that answer a preflight request, with allowed methods and headers."""
    access = cors_headers(asked, allowed)
    if "Access-Control-Allow-Origin" not in access:
        return access
    wanted = asked.get("access-control-request-headers", "")
    return access | {
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Headers": wanted if _HEADER_NAMES.fullmatch(wanted) else _HEADERS,
        "Access-Control-Max-Age": "600",
    }
