"""First attempts of uploads to S3, made without botocore's steps.

A small file is one request, a large one hundreds of parts. All other requests are botocore's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from botocore.awsrequest import AWSPreparedRequest
from botocore.parsers import ResponseParserFactory
from botocore.utils import get_environ_proxies

from chalicelib.adapters.aws.chunked_body import Body, ChunkedBody, chunks_of
from chalicelib.adapters.aws.kept_connections import path_of
from chalicelib.adapters.aws.lean_http import FirstAttempts, Made, framing, prepared
from chalicelib.adapters.aws.signature import sha256, signed

_UPLOADS: Final = ("PutObject", "UploadPart")
# S3 requires this header: the hash of the body, or a text that says that the body is not signed.
_BODY_HASH: Final = "X-Amz-Content-SHA256"
_UNSIGNED_BODY: Final = "UNSIGNED-PAYLOAD"
# TLS protects a file on its way, and nothing is between this machine and itself.
_PROTECTED: Final = ("https://", "http://127.0.0.1:", "http://localhost:", "http://[::1]:")


def make_s3_lean(client: Any) -> Any:
    """Make the client of S3 send the first attempts of uploads itself; return the client."""
    meta = client.meta
    # Connections of ours do not use proxies, those of botocore do.
    if not get_environ_proxies(meta.endpoint_url):
        protocol = meta.service_model.resolved_protocol
        attempts = FirstAttempts(meta, ResponseParserFactory().create_parser(protocol))

        def make(
            model: Any, params: Mapping[str, Any], request_signer: Any, **_: Any
        ) -> Made | None:
            return attempts.make(model, _request(params, request_signer))

        for operation in _UPLOADS:
            meta.events.register_last(f"before-call.s3.{operation}", make)
    return client


def _request(params: Mapping[str, Any], signer: Any) -> AWSPreparedRequest:
    """Return the signed request that botocore would send with these parameters."""
    method, url, body = params["method"], params["url"], params["body"]
    # Botocore wraps bytes in a file. It may have to send a body itself, from its front, after a
    # simulation has read that of this attempt.
    body = body.getvalue() if isinstance(body, BytesIO) else ChunkedBody(chunks_of(body))
    body_hash = _body_hash(url, body)
    headers = params["headers"] | framing(url, body) | {_BODY_HASH: body_hash}
    # Botocore would wait for `100 Continue` before it sends the body: a round trip for each part.
    headers.pop("Expect", None)
    # The region of a bucket may differ from the client's. Botocore's endpoint rules find it.
    signing = params["context"].get("signing", {})
    region = signing.get("region", signer.region_name)
    service = signing.get("signing_name", signer.signing_name)
    credentials = signer.get_auth_instance(service, region, "v4").credentials
    target, scope = f"{method} {path_of(url)}", f"{region}/{service}"
    signature = signed(target, headers, body_hash, credentials, scope, datetime.now(UTC))
    return prepared(method, url, headers | signature, body)


def _body_hash(url: str, body: Body) -> str:
    # Signing a file would hash it a second time.
    return _UNSIGNED_BODY if url.startswith(_PROTECTED) else sha256(b"".join(chunks_of(body)))
