"""The whole service on this machine, as `make run` starts it, for tests that ask it over HTTP."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from botocore.session import Session

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = ROOT.parent / "shared" / "saleor"
READY_SECONDS = 300
OWNER = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}  # pragma: allowlist secret
ENDED = ("SUCCESS", "FAILED", "DELETED")


class LocalRun:
    """A running service: what run.json says, and a client."""

    def __init__(self, state: Path, process: subprocess.Popen[bytes]) -> None:
        self.state = state
        self.process = process
        self.facts: dict[str, Any] = json.loads((state / "run.json").read_text())
        self.url: str = self.facts["api_url"]
        self._session = Session()

    def token(self, kind: str | None = None) -> str:
        """The token of a principal, the first one unless named."""
        tokens: dict[str, str] = self.facts["tokens"]
        return tokens[kind] if kind else next(iter(tokens.values()))

    def graphql(
        self, query: str, variables: dict[str, Any] | None = None, **given: Any
    ) -> dict[str, Any]:
        """The answer to a query."""
        body = json.dumps({"query": query, "variables": variables or {}}).encode()
        _, _, answer = self.http("/graphql", body=body, **given)
        found: dict[str, Any] = json.loads(answer)
        return found

    def http(
        self,
        path: str,
        *,
        body: bytes | None = None,
        token: str | None = "",
        headers: dict[str, str] | None = None,
        method: str | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (names in lower case) and body; redirects are not followed."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        if token is not None:
            sent["Authorization"] = f"Bearer {token or self.token()}"
        request = urllib.request.Request(self.url + path, data=body, headers=sent, method=method)
        try:
            with _OPENER.open(request, timeout=60) as answer:
                return (
                    answer.status,
                    {k.lower(): v for k, v in answer.headers.items()},
                    answer.read(),
                )
        except urllib.error.HTTPError as error:
            with error:
                return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()

    def export(self, mutation: str, **given: Any) -> str:
        """Start an export and return its global id."""
        token = given.pop("token", "")
        input_type = f"{mutation[0].upper()}{mutation[1:]}Input!"
        fields = "{errors{message} exportFile{id}}"
        query = f"mutation($input:{input_type}){{{mutation}(input:$input){fields}}}"
        answer = self.graphql(query, {"input": {"fileType": "CSV", **given}}, token=token)
        payload = answer["data"][mutation]
        assert payload["errors"] == []
        key: str = payload["exportFile"]["id"]
        return key

    def ended(self, export_id: str, seconds: float = 120, *, token: str = "") -> dict[str, Any]:
        """The export once it has ended, as `GET /exports/{id}` tells it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            status, _, body = self.http(f"/exports/{export_id}", token=token)
            assert status == 200, body
            export: dict[str, Any] = json.loads(body)
            if export["status"] in ENDED:
                return export
            time.sleep(0.05)
        raise AssertionError(f"the export did not end within {seconds} s: {export}")

    def download(self, export: dict[str, Any]) -> bytes:
        with urllib.request.urlopen(export["url"], timeout=60) as answer:
            content: bytes = answer.read()
        return content

    def logs(self) -> str:
        """What all functions, and the emulator, have written."""
        found = [(self.state / "emulator.log").read_text(errors="replace")]
        client = self.aws("logs")
        for group in client.describe_log_groups()["logGroups"]:
            pages = client.get_paginator("filter_log_events").paginate(
                logGroupName=group["logGroupName"]
            )
            found += [event["message"] for page in pages for event in page["events"]]
        return "\n".join(found)

    def logs_that_mention(self, text: str, seconds: float = 20) -> str:
        """The logs once they hold this text.

        They are delivered a moment after what they tell of.
        """
        deadline = time.monotonic() + seconds
        while text not in (logs := self.logs()):
            assert time.monotonic() < deadline, f"no log mentions {text}"
            time.sleep(0.2)
        return logs

    def aws(self, service: str, **keys: str) -> Any:
        """Return a client of the emulated AWS service, by default with the account owner's keys."""
        return self._client(service, tuple(sorted((keys or OWNER).items())))

    @cache  # noqa: B019 - as long as the tests run
    def _client(self, service: str, keys: tuple[tuple[str, str], ...]) -> Any:
        place = {
            "region_name": self.facts["aws_region"],
            "endpoint_url": self.facts["aws_endpoint_url"],
        }
        return self._session.create_client(service, **place, **dict(keys))

    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to operate this deployment."""
        return {
            "AWS_ENDPOINT_URL": self.facts["aws_endpoint_url"],
            "AWS_DEFAULT_REGION": self.facts["aws_region"],
            **{name.upper(): value for name, value in OWNER.items()},
        }


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


@contextmanager
def running(
    state: Path, *options: str, environment: dict[str, str] | None = None
) -> Iterator[LocalRun]:
    """Start the service in a process of its own and end it with SIGTERM.

    It has no demo shop unless the options ask for it.
    """
    import os

    state.mkdir(parents=True, exist_ok=True)
    log = state / "run.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "local",
                "--port",
                "0",
                "--saleor",
                "none",
                "--state",
                str(state),
                *options,
            ],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(state / "run.json", process, log)
        yield LocalRun(state, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait(run_file: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if run_file.exists() and run_file.stat().st_size:
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(
        f"the local run did not become ready:\n{log.read_text(errors='replace')[-3000:]}"
    )
