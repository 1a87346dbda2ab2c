"""Asks a shop through its GraphQL API, as the installed app.

Saleor answers an invalid token like an anonymous shopper, with HTTP 200 and the public products.
So every query also asks for `app { id }`, and an answer that does not name our app is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from chalicelib.adapters.outside_http import Answer, OutsideHttp
from chalicelib.errors import PageBroken, ShopRefused, ShopUnavailable, Throttled, Unavailable

ASK_SECONDS: Final = 30
DEFAULT_RETRY_SECONDS: Final = 5.0
MAX_RETRY_SECONDS: Final = 120.0
# Saleor's codes for a token that is dead or not allowed.
_REFUSALS: Final = frozenset({"PermissionDenied", "InvalidTokenError", "ExpiredSignatureError"})
_decode: Final = msgspec.json.Decoder().decode

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SaleorApi:
    """The API of any shop, see `ShopApi` in domain/ports.py.

    A shop that takes longer than `seconds` for an answer is given up.
    """

    http: OutsideHttp
    seconds: float = ASK_SECONDS

    def ask(
        self, api_url: str, token: str, query: str, variables: Data | None = None, *, app_id: str
    ) -> Data:
        """Return the data of a query that asks for `app { id }` among other things.

        Raise ShopRefused when the shop did not answer as to our app, PageBroken when it answered
        with errors, Throttled when it asks for a pause, and ShopUnavailable when it did not answer.
        """
        data = self.ask_anyone(api_url, token, query, variables)
        app = data.get("app")
        if not isinstance(app, dict) or app.get("id") != app_id:
            raise ShopRefused("The shop does not know the app's token any more.")
        return data

    def ask_anyone(
        self,
        api_url: str,
        token: str,
        query: str,
        variables: Data | None = None,
        *,
        seconds: float | None = None,
    ) -> Data:
        """Return the data of a query without a check of who answered: for the registration only."""
        seconds = seconds or self.seconds
        body = json.dumps({"query": query, "variables": variables or {}}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        try:
            answer = self.http.send("POST", api_url, seconds=seconds, body=body, headers=headers)
        except Unavailable as error:
            raise ShopUnavailable(str(error)) from error
        return _data_of(answer)


def _data_of(answer: Answer) -> Data:
    if answer.status == 429:
        raise Throttled(
            "The shop asks for a pause.",
            retry_after_seconds=_retry_after(answer.headers.get("retry-after", "")),
        )
    if answer.status in (401, 403):
        raise ShopRefused("The shop does not accept the app's token.")
    # Saleor answers errors of a query with 400 and a body; a proxy in front of it with anything.
    if answer.status not in (200, 400):
        raise ShopUnavailable(f"The shop answered with status {answer.status}.")
    return _checked(_read(answer.body))


def _read(body: bytes) -> Data:
    try:
        read = _decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ShopUnavailable("The shop's answer is not JSON.") from error
    if not isinstance(read, dict):
        raise ShopUnavailable("The shop's answer is not a GraphQL answer.")
    return read


def _checked(read: Data) -> Data:
    """Return the data. An answer with an error raises, whatever data stands beside it."""
    errors = read.get("errors")
    if errors:
        raise _error_of(errors)
    data = read.get("data")
    if not isinstance(data, dict):
        raise ShopUnavailable("The shop's answer has no data.")
    return data


def _error_of(errors: Any) -> ShopRefused | PageBroken:
    first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {}
    if _code_of(first) in _REFUSALS:
        return ShopRefused("The shop refuses the app what it asks for.")
    return PageBroken(str(first.get("message", "The shop answered with an error."))[:200])


def _code_of(error: Data) -> str:
    """Return the code of an error, "" if it has none or another form than Saleor's."""
    found: Any = error
    for name in ("extensions", "exception", "code"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""


def _retry_after(text: str) -> float:
    """Return the pause in seconds; the default unless the header has whole seconds."""
    if not (text.isascii() and text.isdigit()):
        return DEFAULT_RETRY_SECONDS
    return min(float(text), MAX_RETRY_SECONDS)
