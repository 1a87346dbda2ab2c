"""Deploy the packaged template with CloudFormation."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from local.emulator import Emulator

STACK: Final = "waybill-dev"
ARTEFACTS: Final = "waybill-artefacts"
DEPLOY_SECONDS: Final = 90
VISIBILITY_SECONDS: Final = 60
WORKERS: Final = 4


class DeploymentFailed(Exception):
    """The stack did not come up; the text is CloudFormation's reason."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """What came up: the stack's outputs, and where the emulated API Gateway answers."""

    outputs: Mapping[str, str]
    gateway_url: str


def deploy(emulator: Emulator, package: Path, parameters: Mapping[str, str]) -> Deployment:
    """Upload the zip, create the stack and wait for it."""
    template = upload(emulator, package)
    formation = emulator.client("cloudformation")
    formation.create_stack(
        StackName=STACK,
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    outputs = _wait(formation)
    return Deployment(outputs, f"{emulator.url}/restapis/{outputs['RestAPIId']}/api/_user_request_")


def upload(emulator: Emulator, package: Path) -> dict[str, Any]:
    """The template with its code where CloudFormation finds it."""
    store = emulator.client("s3")
    store.create_bucket(Bucket=ARTEFACTS)
    key = f"deployment-{int(time.time())}.zip"
    store.put_object(Bucket=ARTEFACTS, Key=key, Body=(package / "deployment.zip").read_bytes())
    template: dict[str, Any] = json.loads((package / "sam.json").read_text())
    for resource in template["Resources"].values():
        if resource.get("Type") == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://{ARTEFACTS}/{key}"
    # A lost worker's message comes again soon: nobody waits six minutes to see that on their own machine.
    resources = template["Resources"]
    resources["ExportQueue"]["Properties"]["VisibilityTimeout"] = VISIBILITY_SECONDS
    # The emulator takes a number parameter for text.
    mapping = resources["Worker"]["Properties"]["Events"]["WorkerSqsEventSource"]["Properties"]
    mapping["ScalingConfig"] = {"MaximumConcurrency": WORKERS}
    return template


def _wait(formation: Any) -> dict[str, str]:
    deadline = time.monotonic() + DEPLOY_SECONDS
    while time.monotonic() < deadline:
        stack = formation.describe_stacks(StackName=STACK)["Stacks"][0]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}
        if "FAILED" in stack["StackStatus"] or "ROLLBACK" in stack["StackStatus"]:
            raise DeploymentFailed(f"The deployment failed: {_reasons(formation)}")
        time.sleep(0.2)
    raise DeploymentFailed("The deployment did not finish in time.")


def _reasons(formation: Any) -> str:
    events = formation.describe_stack_events(StackName=STACK)["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events if "FAILED" in event["ResourceStatus"]]
    return "; ".join(reason for reason in reasons if reason) or "no reason given"
