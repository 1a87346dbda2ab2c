"""Five journeys through the page in Firefox, beside a local run (`make firefox`)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.local_run import running

JOURNEYS = Path(__file__).parent / "journeys.js"
NAMES = {"scope": "ALL", "exportInfo": {"fields": ["NAME"]}, "title": "Product names"}


def go_on_journeys(firefox: str) -> int:
    """Return the exit code of the journeys. The list has one export when they begin."""
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as state,
        running(Path(state), "--products", "60") as run,
    ):
        run.ended(run.export("exportProducts", **NAMES))
        return subprocess.run(["node", JOURNEYS, run.url, firefox], check=False).returncode


if __name__ == "__main__":
    sys.exit(go_on_journeys(shutil.which("firefox-esr") or "firefox"))
