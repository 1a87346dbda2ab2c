"""Changes to the template for the emulator. AWS gets the template unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from deploy.intrinsics import ref
from deploy.parameters import Json

PARAMETERS: Final = {"RequireTls": "false"}
CONCURRENCY: Final = {"Worker": 4, "Sync": 2}
# Switches of a local run. No parameter sets them in AWS.
_SWITCHES: Final = {
    "APIHandler": ("TOKEN_IN_ADDRESS", "LOOPBACK_SHOPS"),
    "Sync": ("LOOPBACK_SHOPS",),
    "Worker": ("LOOPBACK_SHOPS",),
}


def fit(template: Json) -> None:
    """Adapt a template to the emulator and to the local run, in place."""
    # The emulator refuses alarms over several metrics.
    resources = template["Resources"]
    for name in [
        name for name, resource in resources.items() if "Metrics" in resource["Properties"]
    ]:
        del resources[name]
    _set_up_local_run(resources)
    for function, concurrency in CONCURRENCY.items():
        # It reads a number parameter as text.
        events = resources[function]["Properties"]["Events"]
        mapping = events[f"{function}SqsEventSource"]["Properties"]
        mapping["ScalingConfig"] = {"MaximumConcurrency": concurrency}
    for statement in _statements(resources):
        _fit_statement(statement)
    resources |= _gateway_responses(resources["RestAPI"]["Properties"].pop("GatewayResponses"))


def _set_up_local_run(resources: Json) -> None:
    """Let the link that the local run prints sign in, and shops on this machine install the app."""
    for function, switches in _SWITCHES.items():
        properties = resources.get(function, {}).get("Properties", {})
        variables = properties.get("Environment", {}).get("Variables")
        if variables is not None:
            variables |= dict.fromkeys(switches, "true")


def _gateway_responses(responses: Json) -> Json:
    """Return the gateway's answers as resources.

    The emulator ignores them in the API's definition.
    """
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
    """Adapt a statement.

    The emulator checks no sender, and an action for batches that AWS lacks.
    """
    match statement.get("Sid"):
        case "Mail":
            del statement["Condition"]
        case "Send" | "AskSync":
            statement["Action"] = ["sqs:SendMessageBatch"]
