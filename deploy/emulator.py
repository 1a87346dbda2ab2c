"""What the emulator cannot take, taken out of the template before it gets it. AWS gets the whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from deploy.intrinsics import ref
from deploy.parameters import Json

PARAMETERS: Final = {"RequireTls": "false"}
WORKERS: Final = 4


def fit(template: Json) -> None:
    """Leave out alarms over several metrics, which it refuses; it takes a number parameter for text."""
    resources = template["Resources"]
    for name in [
        name for name, resource in resources.items() if "Metrics" in resource["Properties"]
    ]:
        del resources[name]
    mapping = resources["Worker"]["Properties"]["Events"]["WorkerSqsEventSource"]["Properties"]
    mapping["ScalingConfig"] = {"MaximumConcurrency": WORKERS}
    for statement in _statements(resources):
        _fit_statement(statement)
    resources |= _gateway_responses(resources["RestAPI"]["Properties"].pop("GatewayResponses"))


def _gateway_responses(responses: Json) -> Json:
    """The gateway's own answers: it overlooks them in the API's definition, but knows them as resources."""
    return {
        f"Api{''.join(word.title() for word in kind.split('_'))}": {
            "Type": "AWS::ApiGateway::GatewayResponse",
            "Properties": {
                "RestApiId": ref("RestAPI"),
                "ResponseType": kind,
                "ResponseTemplates": response["ResponseTemplates"],
                "ResponseParameters": {
                    f"gatewayresponse.header.{name}": value
                    for name, value in response["ResponseParameters"]["Headers"].items()
                },
                **{name: value for name, value in response.items() if name == "StatusCode"},
            },
        }
        for kind, response in responses.items()
    }


def _statements(resources: Json) -> Iterator[Json]:
    for resource in resources.values():
        for policy in resource["Properties"].get("Policies", ()):
            yield from policy["PolicyDocument"]["Statement"]


def _fit_statement(statement: Json) -> None:
    """It enforces permissions, but it knows no sender of a mail, and one for batches of messages that AWS has not."""
    match statement.get("Sid"):
        case "Mail":
            del statement["Condition"]
        case "Send":
            statement["Action"] = ["sqs:SendMessageBatch"]
