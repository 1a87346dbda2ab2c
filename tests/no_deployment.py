"""The environment of tests: `source .local/env` names a deployment, and no test is about it."""

from __future__ import annotations

from collections.abc import MutableMapping

from chalicelib.settings import Settings

SETTINGS = {name.upper() for name in Settings.__dataclass_fields__}


def name_no_deployment(environment: MutableMapping[str, str]) -> None:
    """Remove every setting, and whatever else says where a deployment is."""
    for name in list(environment):
        if name in SETTINGS or name.startswith("WAYBILL_"):
            del environment[name]
