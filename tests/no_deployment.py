"""The environment of tests: `source .local/env` names a deployment, and no test is about it."""

from __future__ import annotations

from collections.abc import MutableMapping

from chalicelib.settings import Settings

# Variables of operators' commands. Others that begin so say how often a test runs.
_OF_COMMANDS = (
    "WAYBILL_MAX_DROP_PERCENT",
    "WAYBILL_STACK",
    "WAYBILL_TOKEN",
    "WAYBILL_URL",
)


def name_no_deployment(environment: MutableMapping[str, str]) -> None:
    """Remove every setting, and whatever else says where a deployment is."""
    for name in (*Settings.__dataclass_fields__, *_OF_COMMANDS):
        environment.pop(name.upper(), None)
