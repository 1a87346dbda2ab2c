"""Deploy the packaged template to the emulator, with the code that deploys it to AWS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from deploy.emulator import fit
from deploy.stack import DeploymentFailed, Stack
from local.emulator import Emulator

__all__ = ["Deployment", "DeploymentFailed", "deploy"]

STAGE: Final = "dev"
VISIBILITY_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed stack: its name, its outputs and the URL of the emulated API Gateway."""

    stack: str
    outputs: Mapping[str, str]
    gateway_url: str


def deploy(emulator: Emulator, package: Path, parameters: Mapping[str, str]) -> Deployment:
    """Create the stack and wait until it is complete."""
    stack = Stack(emulator.client, STAGE)
    outputs = stack.deploy(package, parameters, change=return_messages_soon)
    return Deployment(
        stack.name, outputs, f"{emulator.url}/restapis/{outputs['RestAPIId']}/api/_user_request_"
    )


def return_messages_soon(template: dict[str, Any]) -> None:
    """Shorten the time after which SQS delivers the message of a lost worker again.

    AWS waits six minutes. On one machine a person who stops a worker wants to see the retry sooner.
    """
    fit(template)
    template["Resources"]["ExportQueue"]["Properties"]["VisibilityTimeout"] = VISIBILITY_SECONDS
