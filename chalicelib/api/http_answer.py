"""Requests and answers without a framework, and the one shape of every error."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from chalicelib.errors import Unavailable
from chalicelib.words.text import ENGLISH, find_language, in_language, say

log: Final = logging.getLogger("waybill")
JSON_TYPE: Final = "application/json"
JSON_HEADERS: Final = {
    "Content-Type": JSON_TYPE,
    # Answers may hold download links, which a browser must not cache.
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}
# Lambda sends no more, and its answer would be a 502 that names no cause.
MAX_ANSWER_BYTES: Final = 6_000_000
# Lambda writes a body as JSON, in which a character takes up to twelve bytes.
_CERTAINLY_SENT: Final = MAX_ANSWER_BYTES // 12
_TOO_LARGE: Final = say(
    "The answer is larger than 6 MB, so it cannot be sent. Ask for fewer rows, records or fields."
)
_CODES: Final = {
    400: "GraphQLError",
    401: "Unauthenticated",
    403: "PermissionDenied",
    404: "NotFound",
    409: "NotReady",
    410: "Gone",
    503: "Unavailable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """A request as routes need it; header names are in lower case.

    `shop` is the shop that the address names (`/shops/HOST/…`), "" if it names none.
    `address` is the URL that was asked for, as the gateway knows it: it carries the stage.
    """

    headers: Mapping[str, str]
    body: bytes = b""
    query: Mapping[str, str] = field(default_factory=dict)
    request_id: str = ""
    shop: str = ""
    address: str = ""

    @property
    def language(self) -> str:
        """Return the code of the language in which the request asks for texts."""
        # Browsers send Accept-Language by themselves, and clients compare sentences (ADR 41).
        return find_language(self.headers.get("waybill-language", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """Status, headers and text of an answer. `content` stands in for a body that is not text."""

    status: int
    body: str
    headers: Mapping[str, str]
    content: bytes = b""


def json_answer(status: int, body: Any) -> HttpAnswer:
    """Return an answer with a JSON body."""
    return HttpAnswer(
        status=status, body=json.dumps(body, ensure_ascii=False), headers=JSON_HEADERS
    )


def error_answer(status: int, text: str, language: str = ENGLISH) -> HttpAnswer:
    """Return an error that scripts find in `message` and GraphQL clients in `errors`."""
    message = in_language(text, language)
    error = {"message": message, "extensions": {"exception": {"code": _CODES[status]}}}
    return json_answer(status, {"message": message, "errors": [error]})


def sendable(answer: HttpAnswer, language: str) -> HttpAnswer:
    """Return the answer, or an error in place of one that is too large for Lambda."""
    size = len(answer.body)
    if size > _CERTAINLY_SENT and len(json.dumps(answer.body)) > MAX_ANSWER_BYTES:
        return error_answer(400, _TOO_LARGE, language)
    return answer


def unavailable_answer(error: Unavailable, language: str) -> HttpAnswer:
    """Log the reason, which may name internal parts, and return a 503 without it."""
    log.error("service unavailable", extra={"reason": str(error)})
    return error_answer(503, error.answer, language)
