"""Load a local run with many clients at once, then with many exports that must all end.

Usage: `python -m benchmarks.load RUN_JSON`. An emulator on this machine answers, so the figures
show that nothing breaks, not how fast AWS is. The command exits with 0 if no answer had a status
from 500 on, every export succeeded with one terminal event, and each sent one mail. `--seconds 0`
or `--exports 0` skips that half.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Final

from benchmarks.clients import Answers, Connection, gather
from benchmarks.ended import read_ended, wait_for_ends

# The mix of a dashboard that polls: many cheap requests, few exports.
SHARES: Final = {
    "exportFile": 40,
    "exportFiles": 20,
    "status": 20,
    "health": 15,
    "exportGiftCards": 5,
}
CLIENTS_THAT_QUEUE: Final = 20
_ONE: Final = "query($id:ID!){exportFile(id:$id){id status url progress events{type}}}"
_LIST: Final = (
    "{exportFiles(first:20,sortBy:{field:CREATED_AT,direction:DESC}){edges{node{id status}}}}"
)
_START: Final = (
    "mutation{exportGiftCards(input:{scope:ALL,fileType:CSV})"
    "{errors{field message} exportFile{id}}}"
)


def start_export(client: Connection) -> str | None:
    """Start a small export of gift cards; return its id, or None if it was refused."""
    payload = ((client.graphql("exportGiftCards", _START) or {}).get("exportGiftCards")) or {}
    made = payload.get("exportFile")
    return str(made["id"]) if made else None


def mix(client: Connection, known: list[str], random: Random) -> None:
    """Send one request, chosen by its share."""
    export_id = random.choice(known)
    kinds: dict[str, Callable[[], Any]] = {
        "exportFile": lambda: client.graphql("exportFile", _ONE, id=export_id),
        "exportFiles": lambda: client.graphql("exportFiles", _LIST),
        "status": lambda: client.get("status", f"/exports/{export_id}"),
        "health": lambda: client.get("health", "/health"),
        "exportGiftCards": lambda: known.append(start_export(client) or export_id),
    }
    kinds[random.choices(list(SHARES), list(SHARES.values()))[0]]()


def load(run: dict[str, Any], clients: int, seconds: float) -> Answers:
    """Let many clients send requests for some seconds and return the answers."""
    with Connection(run) as first:
        known = [export_id for export_id in [start_export(first)] if export_id]
    if not known:
        raise SystemExit(f"The first export was refused: {first.answers.failures}")
    ends = time.monotonic() + seconds

    def ask(number: int) -> Answers:
        random = Random(number)
        with Connection(run) as client:
            while time.monotonic() < ends:
                mix(client, known, random)
        return client.answers

    return gather(clients, clients, ask)


def queue(run: dict[str, Any], exports: int) -> tuple[set[str], Answers]:
    """Start many exports; return their ids and the answers."""
    ids: set[str] = set()

    def ask(number: int) -> Answers:
        with Connection(run) as client:
            ids.update(filter(None, [start_export(client)]))
        return client.answers

    return ids, gather(exports, CLIENTS_THAT_QUEUE, ask)


def end_all(run: dict[str, Any], exports: int, patience: float) -> bool:
    """Start many exports, print their outcome and return whether all ended as promised."""
    began = time.monotonic()
    ids, answers = queue(run, exports)
    print(answers.report(), f"queued in {time.monotonic() - began:.0f} s", sep="\n", flush=True)
    statuses = wait_for_ends(run, patience)
    print(f"after {time.monotonic() - began:.0f} s: {statuses}", flush=True)
    ended = read_ended(run)
    complaints = ended.complaints(ids)
    print(
        ended.report(ids),
        f"{len(ids)} exports, {len(complaints)} complaints",
        *complaints[:10],
        sep="\n",
    )
    return len(ids) == exports and not complaints and not answers.broken()


def main() -> int:
    """Run both halves of the load; return 0 if nothing broke, otherwise 1."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument(
        "run_json", type=Path, help="file of a local run with its address and tokens"
    )
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--exports", type=int, default=1000)
    parser.add_argument("--wait", type=float, default=900, help="seconds to wait for the exports")
    options = parser.parse_args()
    run = json.loads(options.run_json.read_text("utf-8"))
    good = True
    if options.seconds:
        answers = load(run, options.clients, options.seconds)
        print(answers.report(), flush=True)
        good = not answers.broken()
        wait_for_ends(run, options.wait)
    if options.exports:
        good &= end_all(run, options.exports, options.wait)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
