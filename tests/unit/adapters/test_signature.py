"""Requests are signed exactly as botocore signs them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

from chalicelib.adapters.signature import signed

NOW = datetime(2026, 3, 1, 8, 5, 9, tzinfo=UTC)
URL = "https://dynamodb.eu-west-1.amazonaws.com/"
HEADERS = {
    "Host": "dynamodb.eu-west-1.amazonaws.com",
    "X-Amz-Target": "DynamoDB_20120810.Query",
    "Content-Type": "application/x-amz-json-1.0",
}


@pytest.mark.parametrize("token", [None, "token/of+a=role"])
@pytest.mark.parametrize("body", [b"{}", '{"Key":"Tür"}'.encode()])
def test_the_signature_is_the_one_of_botocore(
    monkeypatch: pytest.MonkeyPatch, token: str | None, body: bytes
) -> None:
    monkeypatch.setattr(auth, "get_current_datetime", lambda: NOW)
    credentials: Any = ReadOnlyCredentials("AKID", "secret", token)
    request = AWSRequest(method="POST", url=URL, headers=HEADERS, data=body)
    auth.SigV4Auth(credentials, "dynamodb", "eu-west-1").add_auth(request)
    ours = signed(HEADERS, body, credentials, "eu-west-1/dynamodb", NOW)
    assert {name: request.headers[name] for name in ours} == ours


def test_headers_that_a_proxy_may_change_are_not_signed() -> None:
    credentials: Any = ReadOnlyCredentials("AKID", "secret", None)
    plain, traced = (
        signed({**HEADERS, **more}, b"{}", credentials, "eu-west-1/dynamodb", NOW)
        for more in ({}, {"X-Amzn-Trace-Id": "Root=1", "User-Agent": "python"})
    )
    assert plain == traced
