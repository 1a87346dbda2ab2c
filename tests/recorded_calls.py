"""What the functions ask of AWS, as the emulator judges it.

Each call with its role, its resource and the decision.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests.local_run import ROOT

# The emulator's own program, but for a line that is written for each decision.
PROGRAM = """#!{python}
import json
from ministack.app import main
from ministack.core import iam_evaluator

judge = iam_evaluator.enforce
record = open({path!r}, "a", buffering=1)

def enforce(key, action, service, region, resource_arn="*", service_context=None):
    more = {{"resource_arn": resource_arn, "service_context": service_context}}
    denied = judge(key, action, service, region, **more)
    caller = iam_evaluator.resolve_caller_identity(key) or {{}}
    print(json.dumps([caller.get("userArn", ""), action, resource_arn, not denied]), file=record)
    return denied

iam_evaluator.enforce = enforce
main()
"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    `role` is the physical name of the caller's role, `session` what it calls itself.
    """

    role: str
    session: str
    action: str
    resource: str
    is_allowed: bool


def recording_emulator(directory: Path) -> Path:
    """The emulator as a program that records its decisions in `directory`."""
    program = directory / "recording-emulator"
    python = ROOT / ".local" / "emulator" / "bin" / "python"
    program.write_text(PROGRAM.format(python=python, path=str(_record(directory))))
    program.chmod(0o755)
    return program


def calls(directory: Path) -> Iterator[Call]:
    """What was decided so far about calls of roles."""
    for line in _record(directory).read_text().splitlines():
        principal, action, resource, is_allowed = json.loads(line)
        if ":assumed-role/" in principal:
            _, role, session = principal.split("/")
            yield Call(role, session, action, resource, is_allowed)


def allows(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    """Whether a statement of a role, which names its actions in full, allows this."""
    patterns = (
        statement["Resource"]
        if isinstance(statement["Resource"], list)
        else [statement["Resource"]]
    )
    return action in statement["Action"] and any(
        fnmatchcase(resource, pattern) for pattern in patterns
    )


def _record(directory: Path) -> Path:
    return directory / "decisions.jsonl"
