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
SETTING_OF: Final = {"export_queue": "export_queue_url", "endpoint_url": "public_url"}


def settings_of(stack: str | None) -> Settings:
    """The settings of a stack, or of this process's environment; NotFound when there is no such stack."""
    if stack is None:
        return Settings.from_environment()
    try:
        named: dict[str, Any] = dict(_names_in(client("cloudformation"), stack))
    except (ClientError, BotoCoreError) as error:
        raise NotFound(f"The stack {stack} cannot be read: {error}") from error
    return Settings(**{name: value for name, value in named.items() if name in Settings.__dataclass_fields__})


def _names_in(cloudformation: Any, stack: str) -> Iterator[tuple[str, str]]:
    """Resources, then outputs: `CatalogTable` is the setting `catalog_table`."""
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
        for resource in page["StackResourceSummaries"]:
            yield _setting(resource["LogicalResourceId"]), resource.get("PhysicalResourceId", "")
    for output in cloudformation.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", ()):
        yield _setting(output["OutputKey"]), output["OutputValue"]


def _setting(name: str) -> str:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return SETTING_OF.get(snake, snake)
