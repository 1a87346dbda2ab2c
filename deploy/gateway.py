"""The API's limits, its log, and the answers that API Gateway gives without calling a function.

These answers have the contract's shape and CORS headers. Without the headers, a dashboard of
another origin could not distinguish "too many requests" from a broken network. A preflight that the
gateway refuses still looks like a broken network.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from deploy.intrinsics import arn, ref, sub, tag_map, when
from deploy.parameters import Json

ACCESS_LOG: Final = {
    "time": "$context.requestTimeEpoch",
    "request_id": "$context.requestId",
    "method": "$context.httpMethod",
    "path": "$context.resourcePath",
    "status": "$context.status",
    "milliseconds": "$context.responseLatency",
    "bytes": "$context.responseLength",
}


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer of the gateway. Without a `message`, the gateway's own text is used."""

    code: str
    message: str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


_NOT_FOUND: Final = _Answer(
    "NotFound", "This address does not exist, or not for this method.", status=404
)
_NO_ANSWER: Final = (
    "Waybill did not answer. "
    "If you asked for an export, check whether it has started before you ask again."
)
# These answers hold no data, so every origin may read them. The origin is named instead of `*`
# because browsers hide `*` answers from pages that send credentials (see chalicelib/api/cors.py).
_ORIGIN: Final = "method.request.header.Origin"
_HEADERS: Final = {
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": "Retry-After",
    "Vary": "Origin",
    "Cache-Control": "no-store",
}
ANSWERS: Final = {
    "THROTTLED": _Answer(
        "Unavailable",
        "Too many requests at once. Wait a second, then send it again.",
        headers={"Retry-After": "1"},
    ),
    "REQUEST_TOO_LARGE": _Answer("GraphQLError", "The request is too large. Send fewer ids."),
    # This is what the gateway calls an unknown address. The list of types:
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
    "MISSING_AUTHENTICATION_TOKEN": _NOT_FOUND,
    # And this, if the client sent a token: the gateway takes it for a signature of AWS, and its own
    # text repeats the token.
    "INVALID_SIGNATURE": _NOT_FOUND,
    "ACCESS_DENIED": _Answer("PermissionDenied"),
    "WAF_FILTERED": _Answer("PermissionDenied"),
    "DEFAULT_4XX": _Answer("GraphQLError"),
    "DEFAULT_5XX": _Answer("Unavailable", _NO_ANSWER),
}


def api() -> Json:
    """Return the properties merged into the API that Chalice declares."""
    throttling = {
        "HttpMethod": "*",
        "ResourcePath": "/*",
        "ThrottlingRateLimit": ref("RequestsPerSecond"),
        "ThrottlingBurstLimit": ref("RequestBurst"),
        # CloudWatch charges the metrics of each route. Those of the stage are free.
        "MetricsEnabled": False,
    }
    access_log = {"DestinationArn": arn("ApiAccessLogs"), "Format": json.dumps(ACCESS_LOG)}
    return {
        "Properties": {
            "Name": sub("${AWS::StackName}"),
            # Without a version, AWS adds a second stage, named Stage, without limits and log:
            # https://github.com/aws/serverless-application-model/issues/191
            "OpenApiVersion": "2.0",
            "MethodSettings": [throttling],
            "TracingEnabled": when("ActiveTracing", yes=True, no=False),
            # Without it the gateway decodes bodies as text: signatures and the logo would break.
            "BinaryMediaTypes": ["*/*"],
            "AccessLogSetting": when("WithApiAccessLog", access_log),
            "GatewayResponses": {kind: _response(answer) for kind, answer in ANSWERS.items()},
            "Tags": tag_map(),
        }
    }


def _response(answer: _Answer) -> Json:
    fixed = {name: f"'{value}'" for name, value in {**_HEADERS, **answer.headers}.items()}
    response: dict[str, Any] = {
        "ResponseParameters": {"Headers": {"Access-Control-Allow-Origin": _ORIGIN, **fixed}},
        "ResponseTemplates": {"application/json": _body(answer)},
    }
    return response if answer.status is None else {"StatusCode": str(answer.status), **response}


def _body(answer: _Answer) -> str:
    """Return a body with `errors` (GraphQL) and `message` (REST).

    The gateway does not know the client.
    """
    message = (
        "$context.error.messageString" if answer.message is None else json.dumps(answer.message)
    )
    errors = f'[{{"message":{message},"extensions":{{"exception":{{"code":"{answer.code}"}}}}}}]'
    return f'{{"message":{message},"errors":{errors}}}'
