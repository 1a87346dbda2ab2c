"""Between Chalice and the routes: its requests as ours, our answers as its responses."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from chalice.app import Response

from chalicelib.api.cors import cors_headers, preflight_headers
from chalicelib.api.http_answer import HttpAnswer, HttpRequest


def read_request(current: Any) -> HttpRequest:
    """Return Chalice's request as ours. A body that the gateway encoded is bytes again."""
    context = current.context
    return HttpRequest(
        headers={name.lower(): value for name, value in current.headers.items()},
        body=current.raw_body or b"",
        query=current.query_params or {},
        request_id=context.get("requestId", ""),
        address=f"https://{context.get('domainName', '')}{context.get('path', '')}",
    )


def decoded(part: str) -> str:
    """Return a part of a path as the client meant it."""
    # API Gateway passes parts on as they were sent; the local gateway decodes them. Clients encode
    # the `=` at the end of ids: https://github.com/aws/chalice/issues/511
    return unquote(part)


def at_shop(request: HttpRequest, shop: str) -> HttpRequest:
    """Return a request whose address names a shop. A port in the name may be percent-encoded."""
    return replace(request, shop=decoded(shop).lower())


def make_response(current: Any, answer: HttpAnswer) -> Response:
    """Return our answer to a request as Chalice's response."""
    # API Gateway passes on whatever body a function returns, also for HEAD.
    body = "" if current.method == "HEAD" else answer.body
    kind = _BinaryResponse if answer.content else Response
    return kind(answer.content or body, dict(answer.headers), answer.status)


class _BinaryResponse(Response):
    """A response of bytes.

    Chalice would send one only to clients that send an `Accept` header for it.
    """

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:
        text = base64.b64encode(self.body).decode()
        described = Response(text, self.headers, self.status_code).to_dict()
        return {**described, "isBase64Encoded": True}


def share(request: Any, answer: Callable[[Any], Response], allowed: Sequence[str]) -> Response:
    """Answer a request with CORS headers for the allowed origins, or answer its preflight."""
    if request.method == "OPTIONS":
        headers = preflight_headers(request.headers, allowed)
        return Response(status_code=204, body="", headers={**headers})
    response = answer(request)
    response.headers.update(cors_headers(request.headers, allowed))
    return response
