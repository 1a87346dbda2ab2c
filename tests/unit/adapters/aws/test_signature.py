"""Requests are signed exactly as botocore signs them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import ReadOnlyCredentials

from chalicelib.adapters.aws.kept_connections import path_of
from chalicelib.adapters.aws.signature import sha256, signed

NOW = datetime(2026, 3, 1, 8, 5, 9, tzinfo=UTC)
URL = "https://dynamodb.eu-west-1.amazonaws.com/"
HEADERS = {
    "Host": "dynamodb.eu-west-1.amazonaws.com",
    "X-Amz-Target": "DynamoDB_20120810.Query",
    "Content-Type": "application/x-amz-json-1.0",
}


PUT = "https://s3.eu-west-1.amazonaws.com/files/exports/a%20b/f%C3%BCr.csv"
PUT_HEADERS = {"Host": "s3.eu-west-1.amazonaws.com", "Content-Type": "text/csv"}


@pytest.fixture(autouse=True)
def at_a_fixed_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "get_current_datetime", lambda: NOW)


@pytest.mark.parametrize("token", [None, "token/of+a=role"])
@pytest.mark.parametrize("body", [b"{}", '{"Key":"Tür"}'.encode()])
def test_the_signature_is_the_one_of_botocore(token: str | None, body: bytes) -> None:
    credentials: Any = ReadOnlyCredentials("AKID", "secret", token)
    request = AWSRequest(method="POST", url=URL, headers=HEADERS, data=body)
    auth.SigV4Auth(credentials, "dynamodb", "eu-west-1").add_auth(request)
    ours = signed("POST /", HEADERS, sha256(body), credentials, "eu-west-1/dynamodb", NOW)
    assert {name: request.headers[name] for name in ours} == ours


def test_the_signature_of_an_object_is_the_one_of_botocore() -> None:
    credentials: Any = ReadOnlyCredentials("AKID", "secret", None)
    request = AWSRequest(method="PUT", url=PUT, headers=PUT_HEADERS, data=b"id\r\n")
    request.context["client_config"] = Config(s3={"payload_signing_enabled": False})
    auth.S3SigV4Auth(credentials, "s3", "eu-west-1").add_auth(request)
    unsigned = "UNSIGNED-PAYLOAD"
    headers, path = {**PUT_HEADERS, "X-Amz-Content-SHA256": unsigned}, urlsplit(PUT).path
    ours = signed(f"PUT {path}", headers, unsigned, credentials, "eu-west-1/s3", NOW)
    assert request.headers["Authorization"] == ours["Authorization"]


@pytest.mark.parametrize(
    "query",
    ["partNumber=2&uploadId=a%2Fb%3D", "uploadId=a%2Fb%3D&partNumber=10", "uploads", "a-b=1&a=2"],
)
def test_the_signature_of_a_request_with_a_query_is_the_one_of_botocore(query: str) -> None:
    credentials: Any = ReadOnlyCredentials("AKID", "secret", None)
    url = f"{PUT}?{query}"
    request = AWSRequest(method="PUT", url=url, headers=PUT_HEADERS, data=b"id\r\n")
    request.context["client_config"] = Config(s3={"payload_signing_enabled": False})
    auth.S3SigV4Auth(credentials, "s3", "eu-west-1").add_auth(request)
    unsigned = "UNSIGNED-PAYLOAD"
    headers = {**PUT_HEADERS, "X-Amz-Content-SHA256": unsigned}
    ours = signed(f"PUT {path_of(url)}", headers, unsigned, credentials, "eu-west-1/s3", NOW)
    assert request.headers["Authorization"] == ours["Authorization"]


def test_headers_that_a_proxy_may_change_are_not_signed() -> None:
    credentials: Any = ReadOnlyCredentials("AKID", "secret", None)
    plain, traced = (
        signed("POST /", {**HEADERS, **more}, "", credentials, "eu-west-1/dynamodb", NOW)
        for more in ({}, {"X-Amzn-Trace-Id": "Root=1", "User-Agent": "python"})
    )
    assert plain == traced
