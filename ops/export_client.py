"""A client of the service: start an export over HTTPS, follow it and download the file."""

from __future__ import annotations

import hashlib
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import click

from chalicelib.errors import ExportFailed, RequestRefused, Unavailable
from chalicelib.exports.export_type import ExportType
from ops.export_history import PROGRESS_STEPS, growing_pauses

START: Final = "mutation($input:%s!){%s(input:$input){errors{field message} exportFile{id}}}"
CHUNK_BYTES: Final = 1 << 18
# API Gateway gives up after 29 seconds; downloads from S3 can stall for longer.
ANSWER_SECONDS: Final = 60
# A deployment restarts within half a minute.
RETRY_PAUSES_SECONDS: Final = (1, 2, 4, 8, 15)
NETWORK_ERRORS: Final = (urllib.error.URLError, TimeoutError, ConnectionError)


class ExportClient:
    """A deployment, as a script sees it: HTTPS and a token.

    Methods raise RequestRefused if the service refuses a request and Unavailable if it does not answer.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def start(self, export_type: ExportType, asked: dict[str, Any]) -> str:
        """Create an export and return its global id."""
        mutation = export_type.mutation
        query = START % (export_type.input_type, mutation)
        answer = self._ask("/graphql", {"query": query, "variables": {"input": asked}})
        payload = (answer.get("data") or {}).get(mutation)
        errors = answer.get("errors") or (payload or {}).get("errors") or []
        if errors or not payload:
            raise RequestRefused("; ".join(_describe(error) for error in errors) or "No answer.")
        export_id: str = payload["exportFile"]["id"]
        return export_id

    def status(self, export_id: str) -> dict[str, Any]:
        """Return the answer of `GET /exports/{id}`."""
        return self._ask(f"/exports/{urllib.parse.quote(export_id, safe='')}")

    def _ask(self, path: str, body: Any = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._url + path, data=data, headers=self._headers)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:
                answer: dict[str, Any] = json.load(response)
                return answer
        except urllib.error.HTTPError as error:
            return _refused(error)
        except (*NETWORK_ERRORS, ValueError) as error:
            raise Unavailable(f"{self._url} does not answer: {error}") from error


def follow(
    client: ExportClient, export_id: str, pause: Callable[[float], None] = time.sleep
) -> dict[str, Any]:
    """Wait for an export with a progress bar and return its last status; ExportFailed if it failed.

    Retries while the service does not answer, then raises Unavailable with the export's id.
    """
    pauses = growing_pauses()
    with _bar("Exporting", PROGRESS_STEPS) as bar:
        while (status := _patient_status(client, export_id, pause))["status"] == "PENDING":
            bar.update(int(status["progress"] * PROGRESS_STEPS) - bar.pos)
            pause(next(pauses))
        bar.update(PROGRESS_STEPS - bar.pos)
    if status["status"] != "SUCCESS":
        raise ExportFailed(f"The export ended as {status['status']}: {status['message']}")
    return status


def _patient_status(
    client: ExportClient, export_id: str, pause: Callable[[float], None]
) -> dict[str, Any]:
    for seconds in RETRY_PAUSES_SECONDS:
        try:
            return client.status(export_id)
        except Unavailable:
            pause(seconds)
    try:
        return client.status(export_id)
    except Unavailable as error:
        raise Unavailable(f"{error} The export continues; its id is {export_id}.") from error


def download(status: dict[str, Any], target: Path) -> None:
    """Download the file of a finished export; Unavailable if another attempt may succeed."""
    # The final name means a complete file, so an interrupted download never has it.
    partial = target.with_name(target.name + ".part")
    try:
        size, sha256 = _fetch(status["url"], status["file_size_bytes"] or 0, partial)
    except NETWORK_ERRORS as error:
        raise Unavailable(f"The file could not be downloaded: {error}") from error
    if size != status["file_size_bytes"] or status["sha256"] not in (None, sha256):
        raise Unavailable(
            f"The download differs from the exported file. The received bytes are in {partial}."
        )
    partial.replace(target)


def _fetch(url: str, size: int, target: Path) -> tuple[int, str]:
    """Write the file and return its size and SHA-256."""
    # The link alone permits the download; sending the token would show it to the storage's host.
    digest, fetched = hashlib.sha256(), 0
    with (
        urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as response,
        target.open("wb") as file,
        _bar("Download", size) as bar,
    ):
        while chunk := response.read(CHUNK_BYTES):
            file.write(chunk)
            digest.update(chunk)
            fetched += len(chunk)
            bar.update(len(chunk))
    return fetched, digest.hexdigest()


def _refused(error: urllib.error.HTTPError) -> dict[str, Any]:
    """Return the errors of a GraphQL answer with status 400; raise for every other error status.

    Unavailable if another attempt may succeed, also for errors of the gateway; RequestRefused otherwise.
    """
    with error:
        try:
            answer: dict[str, Any] = json.load(error)
        except ValueError:
            answer = {}
    errors = answer.get("errors") or [{}]
    if error.code == HTTPStatus.BAD_REQUEST and answer.get("errors"):
        return answer
    reason = answer.get("message") or errors[0].get("message") or error.reason
    if error.code >= 500 or error.code == HTTPStatus.TOO_MANY_REQUESTS:
        raise Unavailable(f"The service answers {error.code}: {reason}")
    raise RequestRefused(f"The service answers {error.code}: {reason}")


def _describe(error: dict[str, Any]) -> str:
    field = error.get("field")
    return f"{field}: {error['message']}" if field else str(error["message"])


def _bar(label: str, length: int) -> Any:
    hidden = not sys.stderr.isatty()
    return click.progressbar(length=length, label=f"{label:<9}", file=sys.stderr, hidden=hidden)
