"""Which pages of other origins may read our answers (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol).

A dashboard in a browser is such a page. Nothing hangs on cookies here: a request may do what its token may, so a
deployment that lets every origin in, as Saleor does, gives nobody a right they lacked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final

_HEADER_NAMES: Final = re.compile(r"[A-Za-z0-9-]+(\s*,\s*[A-Za-z0-9-]+)*")
# Without a wish of the browser: what a client of Saleor sends, and our own.
_HEADERS: Final = "Accept, Authorization, Authorization-Bearer, Content-Type, Idempotency-Key, Source-Service-Name"


def cors_headers(asked: Mapping[str, str], allowed: Sequence[str]) -> dict[str, str]:
    """The headers of an answer to a request with the headers `asked`; none of access for an origin that is not allowed.

    `allowed` holds origins, in which `*` stands for anything.
    """
    origin = asked.get("origin", "")
    if not origin:
        return {}
    if not any(fnmatchcase(origin, pattern) for pattern in allowed):
        return {"Vary": "Origin"}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }


def preflight_headers(asked: Mapping[str, str], allowed: Sequence[str]) -> dict[str, str]:
    """The headers of the answer to a browser that asks before it sends: as `cors_headers`, and what it may send."""
    access = cors_headers(asked, allowed)
    if "Access-Control-Allow-Origin" not in access:
        return access
    wished = asked.get("access-control-request-headers", "")
    return access | {
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Headers": wished if _HEADER_NAMES.fullmatch(wished) else _HEADERS,
        "Access-Control-Max-Age": "600",
    }
