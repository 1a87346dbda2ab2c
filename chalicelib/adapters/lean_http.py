"""Clients that make the first attempt of a request themselves, in a third of botocore's time.

Botocore takes 2.6 ms of processor time for a request, which is most of a small export: it copies
headers, calls a dozen hooks and derives the signing key again. If anything is wrong with the first
attempt, botocore sends the request with its own rules for retries, pauses and errors (ADR 38).
"""

from __future__ import annotations

import json
import zlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from http.client import HTTPException
from io import BytesIO
from typing import Any, Final
from urllib.parse import urlsplit

from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import HTTPClientError
from botocore.parsers import ResponseParser, ResponseParserFactory
from botocore.serialize import create_serializer
from botocore.utils import get_environ_proxies

from chalicelib.adapters.http_answer import Answer
from chalicelib.adapters.kept_connections import KeptConnections, path_of
from chalicelib.adapters.signature import sha256, signed

# S3 wants the hash of the body, or this, in a header.
_BODY_HASH: Final = "X-Amz-Content-SHA256"
_UNSIGNED_BODY: Final = "UNSIGNED-PAYLOAD"
# TLS protects a file on its way, and nothing is between this machine and itself.
_PROTECTED: Final = ("https://", "http://127.0.0.1:", "http://localhost:", "http://[::1]:")


def make_lean(
    client: Any, parsers: ResponseParserFactory | None = None, *, only: Sequence[str] = ()
) -> Any:
    """Return the client, which from now on makes first attempts: of all operations, or `only` some.

    The service has JSON bodies, or is S3.
    """
    meta = client.meta
    # Botocore knows how to use proxies.
    if not get_environ_proxies(meta.endpoint_url):
        protocol = meta.service_model.resolved_protocol
        parser = (parsers or ResponseParserFactory()).create_parser(protocol)
        service = meta.service_model.service_id.hyphenize()
        first = FirstAttempts(meta, parser).make
        for event in [f"before-call.{service}.{one}" for one in only] or ["before-call"]:
            meta.events.register_last(event, first)
        if protocol == "json":
            _shorten(client)
    return client


def _shorten(client: Any) -> None:
    """Leave out what botocore does for each request of a service with JSON bodies."""
    # Its rules choose the address of the region each time. Botocore has no option for either.
    vars(client).update(_ruleset_resolver=None, _serializer=_JsonRequests())


class _JsonRequests:
    """Makes requests of parameters that are plain JSON and bytes, for botocore."""

    def __init__(self) -> None:
        self._botocore = create_serializer("json", include_validation=False)

    def serialize_to_request(self, parameters: Any, operation_model: Any) -> dict[str, Any]:
        """Return the request of an operation as botocore makes it."""
        request: dict[str, Any] = self._botocore.serialize_to_request({}, operation_model)
        # Botocore looks up the type of every value.
        return request | {"body": json.dumps(parameters, default=_base64).encode()}


def _base64(content: bytes) -> str:
    return b64encode(content).decode()


class FirstAttempts:
    """The first attempts of one client."""

    def __init__(self, meta: Any, parser: ResponseParser) -> None:
        self._events = meta.events
        self._service = meta.service_model.service_id.hyphenize()
        self._parser = parser
        self._connections = KeptConnections(
            connect_seconds=meta.config.connect_timeout, read_seconds=meta.config.read_timeout
        )

    def make(
        self, *, model: Any, params: Mapping[str, Any], request_signer: Any, **_: Any
    ) -> tuple[Answer, dict[str, Any]] | None:
        """Return the answer and its parsed form; None if botocore has to send the request."""
        try:
            answer = self._answer(model.name, _prepared(params, request_signer))
        except (OSError, HTTPException, HTTPClientError):
            return None
        if answer.status_code != 200 or not _is_intact(answer):
            return None
        response = {"status_code": 200, "headers": answer.headers, "body": answer.content}
        return answer, self._parser.parse(response, model.output_shape)

    def _answer(self, operation: str, request: AWSPreparedRequest) -> Answer:
        # Simulations of AWS answer at this hook.
        event = f"before-send.{self._service}.{operation}"
        _, answer = self._events.emit_until_response(event, request=request)
        return answer or self._connections.ask(
            request.method, request.url, request.headers, request.body
        )


def _prepared(params: Mapping[str, Any], signer: Any) -> AWSPreparedRequest:
    method, url, body = params["method"], params["url"], params["body"]
    # Botocore makes a file of the content of an object.
    body = body.getvalue() if isinstance(body, BytesIO) else body
    headers = params["headers"] | {"Host": urlsplit(url).netloc, "Content-Length": str(len(body))}
    # The body follows at once, so the service is not asked whether it may.
    headers.pop("Expect", None)
    region, service = _scope(params["context"].get("signing", {}), signer)
    body_hash = _body_hash(service, url, body)
    headers |= {_BODY_HASH: body_hash} if service == "s3" else {}
    credentials = signer.get_auth_instance(service, region, "v4").credentials
    target, scope = f"{method} {path_of(url)}", f"{region}/{service}"
    headers |= signed(target, headers, body_hash, credentials, scope, datetime.now(UTC))
    # Hooks expect values in bytes.
    encoded = {name: value.encode() for name, value in headers.items()}
    return AWSPreparedRequest(method, url, encoded, body, stream_output=False)


def _scope(signing: Mapping[str, str], signer: Any) -> tuple[str, str]:
    region = signing.get("region", signer.region_name)
    return region, signing.get("signing_name", signer.signing_name)


def _body_hash(service: str, url: str, body: bytes) -> str:
    # Signing a file would hash it a second time.
    return _UNSIGNED_BODY if service == "s3" and url.startswith(_PROTECTED) else sha256(body)


def _is_intact(answer: Answer) -> bool:
    """Return whether the body has the checksum that DynamoDB sent with it."""
    expected = answer.headers.get("x-amz-crc32")
    return expected is None or expected == str(zlib.crc32(answer.content))
