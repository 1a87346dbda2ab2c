"""Sign requests to AWS with Signature Version 4.

A key is valid for a day, region and service, so it is derived once for all of their requests.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final, Protocol

_ALGORITHM: Final = "AWS4-HMAC-SHA256"


class Credentials(Protocol):
    """Keys of AWS. Those of a role have a token."""

    access_key: str
    secret_key: str
    token: str | None


def signed(
    target: str,
    headers: Mapping[str, str],
    body_hash: str,
    credentials: Credentials,
    scope: str,
    now: datetime,
) -> dict[str, str]:
    """Return the headers to add to a request, so that it is signed.

    `target` is the method, the path and the query, encoded as in an address: `PUT /k?partNumber=1`.
    The path is signed as it is. That is S3's rule; other services encode it again, but here they
    have the path `/` only. `body_hash` is the body's `sha256`, or what S3 takes instead. `scope` is
    the region and the service: `us-east-1/dynamodb`. `now` is in UTC.
    """
    time = f"{now:%Y%m%dT%H%M%SZ}"
    added = {"X-Amz-Date": time}
    if credentials.token:
        added["X-Amz-Security-Token"] = credentials.token
    whole_scope = f"{time[:8]}/{scope}/aws4_request"
    names, lines = _signed_lines({**headers, **added})
    method, address = target.split(" ")
    path, _, query = address.partition("?")
    request = f"{method}\n{path}\n{_sorted_query(query)}\n{lines}\n{names}\n{body_hash}"
    text = f"{_ALGORITHM}\n{time}\n{whole_scope}\n{sha256(request.encode())}"
    key = _key(credentials.secret_key, whole_scope)
    added["Authorization"] = (
        f"{_ALGORITHM} Credential={credentials.access_key}/{whole_scope}, "
        f"SignedHeaders={names}, Signature={hmac.digest(key, text.encode(), 'sha256').hex()}"
    )
    return added


def _sorted_query(query: str) -> str:
    parameters = sorted(one.partition("=") for one in query.split("&") if one)
    return "&".join(f"{name}={value}" for name, _, value in parameters)


def _signed_lines(headers: Mapping[str, str]) -> tuple[str, str]:
    """Return the names of the signed headers, joined by semicolons, and their lines."""
    names = _signed_names(tuple(headers))
    return ";".join(names), "".join(f"{lower}:{headers[name]}\n" for lower, name in names.items())


@lru_cache(64)
def _signed_names(names: Sequence[str]) -> Mapping[str, str]:
    """Return the names of the headers to sign by their names in lower case, sorted by these."""
    lower = {name.lower(): name for name in names}
    return {name: lower[name] for name in sorted(lower) if _is_signed(name)}


def _is_signed(name: str) -> bool:
    # Proxies may change other headers on the way.
    return name.startswith("x-amz-") or name in ("host", "content-type")


@lru_cache(16)
def _key(secret: str, whole_scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in whole_scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def sha256(content: bytes) -> str:
    """Return the SHA-256 of the content in hexadecimal, as signatures have it."""
    return hashlib.sha256(content).hexdigest()
