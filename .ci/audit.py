"""Look for known vulnerabilities of the functions' packages.

A finding fails the build; a service that cannot be reached does not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PIP_AUDIT = Path(sys.executable).parent / "pip-audit"
OUT_OF_REACH = (
    "ConnectionError",
    "ConnectTimeout",
    "ReadTimeout",
    "Max retries exceeded",
    "Could not connect",
    "HTTPError",
)


def main() -> int:
    """Return 1 for findings or a broken audit, otherwise 0, even if the service is unreachable."""
    command = [
        str(PIP_AUDIT),
        "--requirement",
        "requirements.txt",
        "--require-hashes",
        "--disable-pip",
        "--format",
        "json",
        "--progress-spinner",
        "off",
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        found = json.loads(ran.stdout)["dependencies"]
    except ValueError:
        return without_answer(ran.stderr)
    return judge(found)


def without_answer(said: str) -> int:
    """Return 0 if the service could not be reached, otherwise 1."""
    if any(sign in said for sign in OUT_OF_REACH):
        print("audit: NOT CHECKED, the advisory service could not be reached.")
        return 0
    print(said, file=sys.stderr)
    return 1


def judge(dependencies: list[dict[str, Any]]) -> int:
    """Print every finding; return 1 if there is one."""
    findings = [
        (one, vulnerability) for one in dependencies for vulnerability in one.get("vulns", ())
    ]
    for one, vulnerability in findings:
        fixed = ", ".join(vulnerability["fix_versions"]) or "none yet"
        print(
            f"audit: {one['name']} {one['version']} has {vulnerability['id']}, fixed in: {fixed}",
            file=sys.stderr,
        )
    unknown = [one["name"] for one in dependencies if "skip_reason" in one]
    if len(unknown) == len(dependencies):
        print(
            f"audit: NOT CHECKED, the advisory service knows none of the {len(unknown)} packages."
        )
    else:
        print(
            f"audit: {len(dependencies) - len(unknown)} packages checked, {len(findings)} findings"
        )
        print(
            *(f"audit: not checked: {name}" for name in unknown),
            sep="\n",
            end="\n" if unknown else "",
        )
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
