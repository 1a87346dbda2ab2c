"""The deployment that a command works on: named by environment variables or by its CloudFormation stack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws import client
from chalicelib.errors import NotFound
from chalicelib.settings import Settings

# What a stack calls a thing, where that is not the setting's own name.
SETTING_OF: Final = {"EXPORT_QUEUE": "EXPORT_QUEUE_URL"}


def settings_of(stack: str | None) -> Settings:
    """The settings of a stack, or of this process's environment.

    NotFound when there is no such stack, ValueError names a variable that cannot be read.
    """
    if stack is None:
        return Settings.from_environment()
    try:
        return Settings.from_environment(dict(_variables(client("cloudformation"), stack)))
    except (ClientError, BotoCoreError) as error:
        raise NotFound(f"The stack {stack} cannot be read: {error}") from error


def _variables(cloudformation: Any, stack: str) -> Iterator[tuple[str, str]]:
    """Parameters and outputs under the names of the environment: `CatalogTable` is CATALOG_TABLE."""
    [described] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    for parameter in described.get("Parameters", ()):
        yield _variable(parameter["ParameterKey"]), parameter["ParameterValue"]
    for output in described.get("Outputs", ()):
        yield _variable(output["OutputKey"]), output["OutputValue"]


def _variable(name: str) -> str:
    variable = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
    return SETTING_OF.get(variable, variable)
