"""Find the deployment to work on, by environment variables or by its CloudFormation stack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws.clients import client
from chalicelib.errors import NotFound
from chalicelib.settings import Settings

# Outputs of the stack whose name differs from the name of the setting.
SETTING_OF: Final = {"EXPORT_QUEUE": "EXPORT_QUEUE_URL", "SYNC_QUEUE": "SYNC_QUEUE_URL"}


def settings_of(stack: str | None) -> Settings:
    """Return the settings of a stack, or of this process's environment if `stack` is None.

    NotFound if the stack cannot be read. ValueError names a variable that cannot be read.
    """
    if stack is None:
        return Settings.from_environment()
    try:
        return Settings.from_environment(dict(_variables(client("cloudformation"), stack)))
    except (ClientError, BotoCoreError) as error:
        raise NotFound(f"The stack {stack} cannot be read: {error}") from error


def _variables(cloudformation: Any, stack: str) -> Iterator[tuple[str, str]]:
    """Yield a stack's parameters and outputs as variables: CATALOG_TABLE for `CatalogTable`."""
    [described] = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    for parameter in described.get("Parameters", ()):
        yield _variable(parameter["ParameterKey"]), parameter["ParameterValue"]
    for output in described.get("Outputs", ()):
        yield _variable(output["OutputKey"]), output["OutputValue"]


def _variable(name: str) -> str:
    variable = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).upper()
    return SETTING_OF.get(variable, variable)
