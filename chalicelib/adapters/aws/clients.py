"""Clients of AWS services, made at their first use and kept for the life of the container.

Every call ends long before the shortest function that makes it: a service that hangs must cost an
answer or an attempt, not the whole invocation.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.session import Session

from chalicelib.adapters.aws.lean_json import make_json_clients
from chalicelib.adapters.aws.lean_s3 import make_s3_lean

CONNECT_SECONDS: Final = 2
READ_SECONDS: Final = 5
CALLS: Final = 3
# S3 composes files of gigabytes in one call, and only the worker waits for that.
S3_READ_SECONDS: Final = 60

# No function calls CloudFormation. People wait while it reads a template, and a second request to
# make the same change set would be refused.
_PATIENT: Final = Config(read_timeout=60)

# Error codes of requests that may succeed later.
PASSING_ERRORS: Final = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_CONFIG: Final = Config(
    retries={"mode": "standard", "total_max_attempts": CALLS},
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
)
# The services with JSON bodies. The first attempt is not botocore's (lean_json.py).
_LEAN_SERVICES: Final = frozenset({"dynamodb", "events", "kms", "sqs"})
_LEAN_CONFIG: Final = Config(
    retries={"mode": "standard", "total_max_attempts": CALLS - 1}, parameter_validation=False
)
_S3_CONFIG: Final = Config(
    read_timeout=S3_READ_SECONDS,
    signature_version="s3v4",
    # TLS protects a body on its way. Signing it too would hash every file a second time.
    s3={"addressing_style": "path", "payload_signing_enabled": False},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


@cache
def _session() -> Session:
    session = Session()
    for service in _LEAN_SERVICES:
        make_json_clients(session, service)
    return session


@cache
def client(service: str) -> Any:
    """Return the client of a service. S3 signs with version 4, which presigned URLs need."""
    if service in _LEAN_SERVICES:
        return _session().create_client(service, config=_CONFIG.merge(_LEAN_CONFIG))
    if service == "s3":
        return make_s3_lean(_session().create_client(service, config=_CONFIG.merge(_S3_CONFIG)))
    own = _CONFIG.merge(_PATIENT) if service == "cloudformation" else _CONFIG
    return _session().create_client(service, config=own)


def error_code(error: Exception | None) -> str:
    """Return AWS's error code, "" if there was no answer."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""


def is_passing(error: BotoCoreError | ClientError) -> bool:
    """Return whether another attempt may succeed: AWS throttled, had a fault, or did not answer."""
    if not isinstance(error, ClientError):
        return not isinstance(error, ParamValidationError)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error_code(error) in PASSING_ERRORS
