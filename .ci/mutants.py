"""Change the service in random places, one at a time, and list the changes that no test notices.

mutmut makes the mutants and, for each, runs only the tests that call the changed function. Its
settings are in pyproject.toml. A mutant that no test notices is a gap in the tests, or behaves the
same as the original: both count as survivors.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final

from mutmut.stats import status_by_exit_code

MUTANTS: Final = Path("mutants")
LOG: Final = Path("build/mutants.log")
KILLED: Final = frozenset({"killed", "timeout", "segfault"})
REPORT: Final = Path("build/mutants.txt")
CONTRACT: Final = Path("shared")
# mutmut has no command that only prepares: a run of these few mutants, which quick tests cover,
# makes all of them and records which tests call which function.
FEW: Final = "chalicelib.domain.shop.*"


def run_mutmut(names: Sequence[str], *, children: int, seconds: float | None = None) -> None:
    """Run mutmut for some mutants; stop it when the time is over, so that results are kept."""
    mutmut = Path(sys.executable).with_name("mutmut")
    command = [mutmut, "run", "--max-children", str(children), *names]
    with LOG.open("a", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            process.wait()
    if process.returncode:
        sys.exit(f"mutmut failed. {LOG} says why.")


@contextmanager
def contract_beside_mutants() -> Iterator[None]:
    """Put the contract's data where the tests in `mutants` look for it: beside their checkout."""
    CONTRACT.unlink(missing_ok=True)  # of a run that was killed
    CONTRACT.symlink_to("../shared")
    try:
        yield
    finally:
        CONTRACT.unlink()


def read_statuses(directory: Path) -> dict[str, str]:
    """Return the status of every mutant, as mutmut names it."""
    return {
        name: status_by_exit_code[code]
        for path in sorted(directory.rglob("*.meta"))
        for name, code in json.loads(path.read_text("utf-8"))["exit_code_by_key"].items()
    }


def choose(names: Sequence[str], count: int, seed: int) -> list[str]:
    """Return a random sample of the mutants; the same seed gives the same sample."""
    return Random(seed).sample(sorted(names), min(count, len(names)))


def report(statuses: Mapping[str, str], sample: Sequence[str]) -> str:
    """Return the share of killed mutants and the names of the survivors."""
    tried = {name: statuses[name] for name in sample if statuses[name] != "not checked"}
    survivors = {name: status for name, status in tried.items() if status not in KILLED}
    killed = len(tried) - len(survivors)
    percent = 100 * killed / max(len(tried), 1)
    counts = ", ".join(f"{count} {status}" for status, count in Counter(tried.values()).items())
    return "\n".join(
        [
            f"{killed} of {len(tried)} mutants killed ({percent:.0f} %): {counts}.",
            f"{len(sample) - len(tried)} of the sample were not tried in the time.",
            *(f"  {status}: {name}" for name, status in sorted(survivors.items())),
            "Show the change of a mutant with: .venv/bin/mutmut show NAME",
        ]
    )


def main() -> None:
    """Try a sample of mutants and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=30, help="time for the mutants")
    parser.add_argument("--children", type=int, default=2, help="mutants tried at the same time")
    given = parser.parse_args()
    shutil.rmtree(MUTANTS, ignore_errors=True)  # results of other versions of the code
    LOG.parent.mkdir(exist_ok=True)
    print(f"Making the mutants and running all tests once … ({LOG} is mutmut's own)", flush=True)
    with contract_beside_mutants():
        run_mutmut([FEW], children=given.children)
        sample = choose(list(read_statuses(MUTANTS)), given.count, given.seed)
        print(f"Trying {len(sample)} mutants …", flush=True)
        run_mutmut(sample, children=given.children, seconds=60 * given.minutes)
    found = report(read_statuses(MUTANTS), sample)
    REPORT.write_text(found + "\n", encoding="utf-8")
    print(found)


if __name__ == "__main__":
    main()
