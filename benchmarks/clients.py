"""Clients of a local run, the times of their answers and the messages of failures."""

from __future__ import annotations

import http.client
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any, Final, Self
from urllib.parse import urlsplit

ANSWER_SECONDS: Final = 120
NO_ANSWER: Final = 599
_START: Final = (
    "mutation($input:ExportProductsInput!)"
    "{exportProducts(input:$input){errors{message} exportFile{id}}}"
)
_FOLLOW: Final = (
    "query($id:ID!){exportFile(id:$id){id status message rowCount fileSize createdAt updatedAt}}"
)


@dataclass
class Answers:
    """Answers: seconds by (kind, status), and the messages of failures."""

    seconds: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    failures: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, status: int, seconds: float, body: bytes) -> None:
        """Count an answer, and its message if it is a failure."""
        self.seconds.setdefault((kind, status), []).append(seconds)
        if status >= 400 or b'"errors":[{' in body.replace(b" ", b""):
            self.failures[f"{kind} {status} {body[:160].decode(errors='replace')}"] += 1

    def merge(self, other: Answers) -> None:
        """Add the answers of another client."""
        for key, seconds in other.seconds.items():
            self.seconds.setdefault(key, []).extend(seconds)
        self.failures += other.failures

    def broken(self) -> int:
        """Return how many answers were 5xx or never came."""
        return sum(len(seconds) for (_, status), seconds in self.seconds.items() if status >= 500)

    def summary(self) -> str:
        """Return one line about all answers."""
        return f"{' '.join(spread('', self._all()).split())}, {self.broken()} broken"

    def _all(self) -> list[float]:
        return [one for seconds in self.seconds.values() for one in seconds]

    def report(self) -> str:
        """Return a line for each kind and status, one for all, and the messages of failures."""
        lines = [
            spread(f"{kind} {status}", seconds)
            for (kind, status), seconds in sorted(self.seconds.items())
        ]
        lines.append(spread("all", self._all()))
        lines += [f"  {times} × {said}" for said, times in self.failures.most_common(10)]
        return "\n".join([*lines, f"{self.broken()} broken (status from 500 on, or no answer)"])


class Connection:
    """A client with one persistent connection; a context manager."""

    def __init__(self, run: dict[str, Any]) -> None:
        self._headers = {"Authorization": f"Bearer {next(iter(run['tokens'].values()))}"}
        self._connection = http.client.HTTPConnection(
            urlsplit(run["api_url"]).netloc, timeout=ANSWER_SECONDS
        )
        self.answers = Answers()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, kind: str, path: str) -> bytes:
        """Return the body of a GET."""
        return self._ask(kind, "GET", path, None)

    def graphql(self, kind: str, query: str, **variables: Any) -> Any:
        """Return the `data` of the answer, or None."""
        answer = self._ask(
            kind, "POST", "/graphql", json.dumps({"query": query, "variables": variables})
        )
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


def export_products(
    client: Connection, wanted: dict[str, Any], *, poll_seconds: float
) -> dict[str, Any]:
    """Poll an export until it has succeeded and return it; SystemExit if it is refused or fails."""
    started = client.graphql("exportProducts", _START, input=wanted)["exportProducts"]
    if started["errors"]:
        raise SystemExit(f"The export was refused: {started['errors']}")
    found: dict[str, Any] = {"status": "PENDING"}
    while found["status"] == "PENDING":
        time.sleep(poll_seconds)
        found = client.graphql("exportFile", _FOLLOW, id=started["exportFile"]["id"])["exportFile"]
    if found["status"] != "SUCCESS":
        raise SystemExit(f"The export ended as {found['status']}: {found['message']}")
    return found


def gather(times: int, at_once: int, ask: Callable[[int], Answers]) -> Answers:
    """Run `times` clients, some at once, and return all answers."""
    found = Answers()
    with ThreadPoolExecutor(at_once) as threads:
        for answers in threads.map(ask, range(times)):
            found.merge(answers)
    return found


def spread(name: str, seconds: Sequence[float]) -> str:
    """Return a line with count, median and 99th percentile."""
    cuts = quantiles(seconds, n=100) if len(seconds) > 1 else [*seconds, 0.0][:1] * 99
    p50, p99 = cuts[49] * 1000, cuts[98] * 1000
    return f"{name:<24} {len(seconds):>7} p50 {p50:>8.0f} ms p99 {p99:>8.0f} ms"
