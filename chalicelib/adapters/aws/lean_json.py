"""Clients of services with JSON bodies: DynamoDB, SQS, EventBridge and KMS.

A call takes none of botocore's steps until its first attempt has failed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, ClassVar, Final
from uuid import uuid4

import msgspec
from botocore.awsrequest import AWSPreparedRequest
from botocore.client import BaseClient
from botocore.handlers import add_recursion_detection_header
from botocore.parsers import ResponseParserFactory
from botocore.serialize import create_serializer
from botocore.session import Session
from botocore.utils import get_environ_proxies

from chalicelib.adapters.aws.lean_http import FirstAttempts, framing, prepared
from chalicelib.adapters.aws.signature import sha256, signed

_PROTOCOL: Final = "json"


def _as_plain_text(value: object) -> str:
    """Return a text of a subclass of `str` as a plain one; TypeError for anything else.

    msgspec refuses subclasses. Texts in several languages (`Text`) are one.
    """
    if isinstance(value, str):
        return str.__str__(value)
    raise TypeError(value)


_write_json: Final = msgspec.json.Encoder(enc_hook=_as_plain_text).encode


@dataclass(frozen=True, slots=True)
class _Operation:
    """What all calls of an operation have in common."""

    model: Any
    headers: Mapping[str, str]


class JsonClient(BaseClient):  # type: ignore[misc]  # botocore has no types
    """A client of botocore that makes first attempts itself."""

    parsers: ClassVar = ResponseParserFactory()

    def _make_api_call(self, operation_name: str, api_params: Mapping[str, Any]) -> Any:
        # All methods of a client end here, and so do the calls of PynamoDB.
        operation = self._operation(operation_name)
        # A request that has such a token has its effect once, however often it is sent.
        tokens = {name: str(uuid4()) for name in operation.model.idempotent_members}
        params = {**tokens, **api_params}
        request = None if self._has_proxy else self._request(operation, params)
        made = self._first_attempts.make(operation.model, request) if request else None
        return made[1] if made else super()._make_api_call(operation_name, params)

    @cached_property
    def _has_proxy(self) -> bool:
        # Connections of ours do not use proxies, those of botocore do.
        return bool(get_environ_proxies(self.meta.endpoint_url))

    @cached_property
    def _first_attempts(self) -> FirstAttempts:
        return FirstAttempts(self.meta, self.parsers.create_parser(_PROTOCOL))

    @cached_property
    def _operations(self) -> dict[str, _Operation]:
        return {}

    def _operation(self, name: str) -> _Operation:
        if name not in self._operations:
            model = self.meta.service_model.operation_model(name)
            serializer = create_serializer(_PROTOCOL, include_validation=False)
            headers = serializer.serialize_to_request({}, model)["headers"]
            headers |= {"User-Agent": self.meta.config.user_agent}
            self._operations[name] = _Operation(model, headers)
        return self._operations[name]

    def _request(
        self, operation: _Operation, params: Mapping[str, Any]
    ) -> AWSPreparedRequest | None:
        """Return the signed request; None if its parameters are not plain JSON and bytes."""
        try:
            body = _write_json(params)
        except (TypeError, ValueError):
            return None
        url, signer = f"{self.meta.endpoint_url.rstrip('/')}/", self._request_signer
        region, service = signer.region_name, signer.signing_name
        credentials = signer.get_auth_instance(service, region, "v4").credentials
        headers = {**operation.headers, **framing(url, body)}
        # In Lambda, this names the trace to which messages and their workers belong.
        add_recursion_detection_header({"headers": headers})
        scope, now = f"{region}/{service}", datetime.now(UTC)
        signature = signed("POST /", headers, sha256(body), credentials, scope, now)
        return prepared("POST", url, headers | signature, body)


def make_json_clients(
    session: Session, service: str, client_type: type[JsonClient] = JsonClient
) -> None:
    """Make the session create clients of this type for a service with JSON bodies."""

    def replace_base(base_classes: list[type], **_: Any) -> None:
        base_classes[:] = [client_type]

    session.register(f"creating-client-class.{service}", replace_base)
