"""`python -m benchmarks.load RUN_JSON`: many clients at once against a local run, then many exports that must all end.

The emulator, a process on this machine, answers: the figures say that nothing breaks, not how fast AWS is.
Ends with 0 when there was no status from 500 on and every export succeeded.
"""

from __future__ import annotations

import argparse
import http.client
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any, Final, Self
from urllib.parse import urlsplit

ANSWER_SECONDS: Final = 120
# Health costs a client nothing, an export the service most: about what a dashboard that polls asks for.
SHARES: Final = {"exportFile": 40, "exportFiles": 20, "status": 20, "health": 15, "exportGiftCards": 5}
NO_ANSWER: Final = 599
_ONE: Final = "query($id:ID!){exportFile(id:$id){id status url progress events{type}}}"
_LIST: Final = "{exportFiles(first:20,sortBy:{field:CREATED_AT,direction:DESC}){edges{node{id status}}}}"
_START: Final = "mutation{exportGiftCards(input:{scope:ALL,fileType:CSV}){errors{field message} exportFile{id}}}"
_COUNT: Final = "query($status:JobStatusEnum!){exportFiles(first:1,filter:{status:$status}){totalCount}}"


@dataclass
class Answers:
    """What came back: how long each answer took by (kind, status), and what was said with a failure."""

    seconds: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, status: int, seconds: float, body: bytes) -> None:
        self.seconds.setdefault((kind, status), []).append(seconds)
        if status >= 400 or b'"errors":[{' in body.replace(b" ", b""):
            self.failures[f"{kind} {status} {body[:160].decode(errors='replace')}"] += 1

    def merge(self, other: Answers) -> None:
        for key, seconds in other.seconds.items():
            self.seconds.setdefault(key, []).extend(seconds)
        self.failures += other.failures

    def broken(self) -> int:
        """How many answers had a status from 500 on, or never came."""
        return sum(len(seconds) for (_, status), seconds in self.seconds.items() if status >= 500)


class Connection:
    """One client on one kept connection; a context manager."""

    def __init__(self, run: dict[str, Any]) -> None:
        self._address = urlsplit(run["api_url"]).netloc
        self._headers = {"Authorization": f"Bearer {next(iter(run['tokens'].values()))}"}
        self._connection = http.client.HTTPConnection(self._address, timeout=ANSWER_SECONDS)
        self.answers = Answers()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, kind: str, path: str) -> bytes:
        return self._ask(kind, "GET", path, None)

    def graphql(self, kind: str, query: str, **variables: Any) -> Any:
        """The `data` of the answer, or None."""
        answer = self._ask(kind, "POST", "/graphql", json.dumps({"query": query, "variables": variables}))
        try:
            return json.loads(answer).get("data")
        except ValueError:
            return None

    def _ask(self, kind: str, method: str, path: str, body: str | None) -> bytes:
        began = time.monotonic()
        headers = {**self._headers, "Content-Type": "application/json"} if body else self._headers
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            status, content = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            status, content = NO_ANSWER, repr(error).encode()
        self.answers.add(kind, status, time.monotonic() - began, content)
        return content


def start_export(client: Connection) -> str | None:
    """The id of a new, small export of gift cards; None when it was refused."""
    payload = ((client.graphql("exportGiftCards", _START) or {}).get("exportGiftCards")) or {}
    made = payload.get("exportFile")
    return str(made["id"]) if made else None


def mix(client: Connection, known: list[str], random: Random) -> None:
    """One request, chosen by its share."""
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
    """What so many clients got within so many seconds."""
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


def queue(run: dict[str, Any], exports: int, clients: int) -> Answers:
    """The answers to so many new exports."""

    def ask(number: int) -> Answers:
        with Connection(run) as client:
            start_export(client)
        return client.answers

    return gather(exports, clients, ask)


def gather(times: int, at_once: int, ask: Callable[[int], Answers]) -> Answers:
    found = Answers()
    with ThreadPoolExecutor(at_once) as threads:
        for answers in threads.map(ask, range(times)):
            found.merge(answers)
    return found


def count(client: Connection, status: str) -> int:
    """How many exports have this status; -1 when nobody could say."""
    found = client.graphql("count", _COUNT, status=status)
    return int(found["exportFiles"]["totalCount"]) if found and found.get("exportFiles") else -1


def wait(run: dict[str, Any], seconds: float) -> dict[str, int]:
    """How many exports of each status there are, once none is pending or the time is over."""
    ends = time.monotonic() + seconds
    with Connection(run) as client:
        while count(client, "PENDING") and time.monotonic() < ends:
            time.sleep(1)
        return {status: count(client, status) for status in ("PENDING", "SUCCESS", "FAILED")}


def report(answers: Answers) -> str:
    """A line for each kind and status, one for all, and what was said with failures."""
    lines = [_line(f"{kind} {status}", seconds) for (kind, status), seconds in sorted(answers.seconds.items())]
    lines.append(_line("all", [one for seconds in answers.seconds.values() for one in seconds]))
    lines += [f"  {times} × {said}" for said, times in answers.failures.most_common(10)]
    return "\n".join([*lines, f"{answers.broken()} broken (status from 500 on, or no answer)"])


def _line(name: str, seconds: list[float]) -> str:
    cuts = quantiles(seconds, n=100) if len(seconds) > 1 else seconds * 99
    return f"{name:<24} {len(seconds):>7} p50 {cuts[49] * 1000:>6.0f} ms p99 {cuts[98] * 1000:>6.0f} ms"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("run_json", type=Path, help="what a local run wrote: its address and tokens")
    parser.add_argument("--clients", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--exports", type=int, default=1000)
    parser.add_argument("--wait", type=float, default=600, help="seconds that the exports have to end")
    options = parser.parse_args()
    run = json.loads(options.run_json.read_text("utf-8"))
    answers = load(run, options.clients, options.seconds)
    print(report(answers), flush=True)
    wait(run, options.wait)
    began = time.monotonic()
    queued = queue(run, options.exports, min(options.clients, 20))
    print(report(queued), f"queued in {time.monotonic() - began:.0f} s", sep="\n", flush=True)
    ended = wait(run, options.wait)
    print(f"after {time.monotonic() - began:.0f} s: {ended}")
    good = not answers.broken() + queued.broken() and set(ended.values()) == {0, ended["SUCCESS"]}
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
