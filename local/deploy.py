"""Deploy the packaged template into the emulator, by the code that deploys it to AWS."""

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
    """What came up: the stack's outputs, and where the emulated API Gateway answers."""

    outputs: Mapping[str, str]
    gateway_url: str


def deploy(emulator: Emulator, package: Path, parameters: Mapping[str, str]) -> Deployment:
    """Create the stack and wait for it."""
    outputs = Stack(emulator.client, STAGE).deploy(package, parameters, change=return_messages_soon)
    return Deployment(outputs, f"{emulator.url}/restapis/{outputs['RestAPIId']}/api/_user_request_")


def return_messages_soon(template: dict[str, Any]) -> None:
    """A lost worker's message comes again soon: nobody waits six minutes to see that on their own machine."""
    fit(template)
    template["Resources"]["ExportQueue"]["Properties"]["VisibilityTimeout"] = VISIBILITY_SECONDS
