"""A deployment as a script sees it: HTTPS and a token."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Container, Mapping
from http import HTTPStatus
from typing import Any, Final

from chalicelib.errors import RequestRefused, Unavailable
from chalicelib.exports.export_type import ExportType

START: Final = "mutation($input:%s!){%s(input:$input){errors{field message} exportFile{id}}}"
ME: Final = "{me{user{email} app{name}}}"
# API Gateway gives up after 29 seconds; downloads from S3 can stall for longer.
ANSWER_SECONDS: Final = 60
NETWORK_ERRORS: Final = (
    urllib.error.URLError,
    TimeoutError,
    ConnectionError,
    http.client.HTTPException,
)
# The service answers an unknown token like an anonymous request, which lacks every permission.
_MAY_BE_THE_TOKEN: Final = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
)
REFUSED: Final = (
    "The service does not accept the token. It may be mistyped, expired or revoked, or belong to "
    "another deployment. Use another token, for example one of: python -m ops create-app"
)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: urllib would show the token to the other host."""

    def redirect_request(self, *answer: Any) -> None:
        """Return no request, so that the redirect is an error."""


_OPENER: Final = urllib.request.build_opener(_NoRedirects)


def check_address(url: str) -> None:
    """Raise ValueError for a text that is not the address of a service."""
    parts = urllib.parse.urlsplit(url)
    is_web = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    if not is_web or not url.isprintable() or " " in url:
        raise ValueError("it must begin with https:// or http:// and a host")


def check_token(token: str) -> None:
    """Raise ValueError, without the token, for a text that no token can be."""
    if not (token.isascii() and token.isprintable()):
        raise ValueError("it has a line break or another character that no token has; copy it anew")


class ServiceClient:
    """A deployment at an address, with a token.

    Methods raise RequestRefused if the service refuses a request or the token, and Unavailable if
    it does not answer.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def start(self, export_type: ExportType, asked: Mapping[str, Any]) -> str:
        """Create an export and return its global id."""
        query = START % (export_type.input_type, export_type.mutation)
        return self.change(query, export_type.mutation, {"input": asked})

    def change(
        self, query: str, mutation: str, variables: Mapping[str, Any], changed: str = "exportFile"
    ) -> str:
        """Run a mutation and return the global id of the export, or other object, in its answer."""
        payload = self.ask(query, variables)[mutation]
        if payload["errors"] or not payload[changed]:
            raise RequestRefused("; ".join(map(_describe, payload["errors"])) or "No answer.")
        global_id: str = payload[changed]["id"]
        return global_id

    def ask(
        self,
        query: str,
        variables: Mapping[str, Any] | None = None,
        deniable: Container[str] = (),
    ) -> dict[str, Any]:
        """Return the data of a GraphQL answer.

        Fields in `deniable` are None where the token may not see them.
        """
        answer = self._send("/graphql", {"query": query, "variables": variables or {}})
        errors = [one for one in answer.get("errors") or () if not _is_endured(one, deniable)]
        if errors:
            if any(map(_is_denied, errors)):
                self._check_token()
            raise RequestRefused("; ".join(map(_describe, errors)))
        data = answer.get("data")
        if not isinstance(data, dict):
            raise Unavailable(f"{self._url} does not answer as Waybill does. Check the address.")
        return data

    def status(self, export_id: str) -> dict[str, Any]:
        """Return the answer of `GET /exports/{id}`."""
        return self._send(f"/exports/{urllib.parse.quote(export_id, safe='')}")

    def _send(self, path: str, body: Any = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data=data, headers=self._headers)
        try:
            with _OPENER.open(request, timeout=ANSWER_SECONDS) as response:
                return _object_of(json.load(response))
        except urllib.error.HTTPError as error:
            return self._refused(error)
        except (*NETWORK_ERRORS, ValueError) as error:
            raise Unavailable(f"{self._url} does not answer: {error}") from error

    def _refused(self, error: urllib.error.HTTPError) -> dict[str, Any]:
        """Return a GraphQL answer with status 400; raise for every other error status.

        Unavailable if another attempt may succeed, also for errors of the gateway.
        """
        answer = _body_of(error)
        if error.code == HTTPStatus.BAD_REQUEST and answer.get("errors"):
            return answer
        reason = answer.get("message") or _moved_to(error) or error.reason
        if error.code >= 500 or error.code == HTTPStatus.TOO_MANY_REQUESTS:
            raise Unavailable(f"The service answers {error.code}: {reason}")
        if error.code in _MAY_BE_THE_TOKEN and error.url.rpartition("/")[2] != "graphql":
            self._check_token()
        raise RequestRefused(f"The service answers {error.code}: {reason}")

    def _check_token(self) -> None:
        """Raise RequestRefused if the service does not accept the token."""
        me = self._send("/graphql", {"query": ME}).get("data", {}).get("me") or {}
        if not me.get("user") and not me.get("app"):
            raise RequestRefused(REFUSED)


def _body_of(error: urllib.error.HTTPError) -> dict[str, Any]:
    with error:
        try:
            return _object_of(json.load(error))
        except ValueError:
            return {}


def _object_of(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise ValueError("the answer is not a JSON object")  # noqa: TRY004 - as json.load does
    return answer


def _moved_to(error: urllib.error.HTTPError) -> str:
    target = error.headers.get("Location")
    return (
        f"The address leads to {target}. Use the address of the service itself." if target else ""
    )


def _is_denied(error: Mapping[str, Any]) -> bool:
    code: str = error.get("extensions", {}).get("exception", {}).get("code", "")
    return code == "PermissionDenied"


def _is_endured(error: Mapping[str, Any], deniable: Container[str]) -> bool:
    return _is_denied(error) and bool(error.get("path")) and error["path"][-1] in deniable


def _describe(error: Mapping[str, Any]) -> str:
    field = error.get("field")
    return f"{field}: {error['message']}" if field else str(error["message"])
