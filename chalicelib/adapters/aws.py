"""Clients of AWS services, made when first used and kept for the life of the container."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

# What AWS says when the same request may succeed later.
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
    retries={"mode": "standard", "total_max_attempts": 5},
    connect_timeout=3,
    read_timeout=30,
)
_S3_CONFIG: Final = Config(
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


@cache
def _session() -> Session:
    return Session()


@cache
def client(service: str) -> Any:
    """The client of a service; S3 signs with version 4, which presigned URLs need."""
    config = _CONFIG.merge(_S3_CONFIG) if service == "s3" else _CONFIG
    return _session().create_client(service, config=config)


def error_code(error: Exception | None) -> str:
    """AWS' word for what went wrong, "" where there was no answer."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""


def is_passing(error: BotoCoreError | ClientError) -> bool:
    """Whether another attempt may succeed: throttling, a fault on the other side, or no answer at all."""
    if not isinstance(error, ClientError):
        return True
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error_code(error) in PASSING_ERRORS
