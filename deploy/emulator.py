"""What the emulator cannot take, taken out of the template before it gets it. AWS gets the whole."""

from __future__ import annotations

from typing import Final

from deploy.parameters import Json

PARAMETERS: Final = {"RequireTls": "false"}
WORKERS: Final = 4


def fit(template: Json) -> None:
    """Leave out alarms over several metrics, which it refuses; it takes a number parameter for text."""
    resources = template["Resources"]
    for name in [name for name, resource in resources.items() if "Metrics" in resource["Properties"]]:
        del resources[name]
    mapping = resources["Worker"]["Properties"]["Events"]["WorkerSqsEventSource"]["Properties"]
    mapping["ScalingConfig"] = {"MaximumConcurrency": WORKERS}
