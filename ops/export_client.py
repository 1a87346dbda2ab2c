"""`export`: a client of the service. It starts an export over HTTPS, follows it and downloads the file."""

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
from ops.export_history import PROGRESS_STEPS, growing_pauses

START: Final = "mutation($input:%s!){%s(input:$input){errors{field message} exportFile{id}}}"
MUTATIONS: Final = {
    "products": ("exportProducts", "ExportProductsInput"),
    "gift-cards": ("exportGiftCards", "ExportGiftCardsInput"),
    "voucher-codes": ("exportVoucherCodes", "ExportVoucherCodesInput"),
}
CHUNK_BYTES: Final = 1 << 18
ANSWER_SECONDS: Final = 60
# How long a service that does not answer is waited for: half a minute in all, for a deployment say.
PAUSES_OF_SILENCE: Final = (1, 2, 4, 8, 15)
GONE_WRONG: Final = (urllib.error.URLError, TimeoutError, ConnectionError)


class ExportClient:
    """Talks to a deployment as a script would: over HTTPS, with a token.

    RequestRefused when the service does not accept something, Unavailable when it does not answer.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def start(self, export_type: str, asked: dict[str, Any]) -> str:
        """Ask for an export and return its global id."""
        mutation, input_type = MUTATIONS[export_type]
        query = START % (input_type, mutation)
        answer = self._ask("/graphql", {"query": query, "variables": {"input": asked}})
        payload = (answer.get("data") or {}).get(mutation)
        complaints = answer.get("errors") or (payload or {}).get("errors") or []
        if complaints or not payload:
            raise RequestRefused(
                "; ".join(_complaint(complaint) for complaint in complaints) or "No answer."
            )
        export_id: str = payload["exportFile"]["id"]
        return export_id

    def status(self, export_id: str) -> dict[str, Any]:
        """What `GET /exports/{id}` tells."""
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
        except (*GONE_WRONG, ValueError) as error:
            raise Unavailable(f"{self._url} does not answer: {error}") from error


def follow(
    client: ExportClient, export_id: str, pause: Callable[[float], None] = time.sleep
) -> dict[str, Any]:
    """Wait for an export with a progress bar and return its last status; ExportFailed when it failed.

    A service that does not answer is asked again; Unavailable, with the export's id, when it goes on like that.
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
    for seconds in PAUSES_OF_SILENCE:
        try:
            return client.status(export_id)
        except Unavailable:
            pause(seconds)
    try:
        return client.status(export_id)
    except Unavailable as error:
        raise Unavailable(f"{error} The export goes on; its id is {export_id}.") from error


def download(status: dict[str, Any], target: Path) -> None:
    """The file of a finished export; it gets its name when all of it is there. Unavailable: try again."""
    partial = target.with_name(target.name + ".part")
    try:
        size, sha256 = _fetch(status["url"], status["file_size_bytes"] or 0, partial)
    except GONE_WRONG as error:
        raise Unavailable(f"The file could not be downloaded: {error}") from error
    if size != status["file_size_bytes"] or status["sha256"] not in (None, sha256):
        raise Unavailable(
            f"The download is not the file that was exported. What came is in {partial}."
        )
    partial.replace(target)


def _fetch(url: str, size: int, target: Path) -> tuple[int, str]:
    """Size and SHA-256 of what was written. No token goes along: the link is the permission."""
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
    """GraphQL says what is wrong in its own words, with a status of 400; other answers are refusals.

    Unavailable when another attempt may succeed; the gateway's own errors are among those.
    """
    with error:
        try:
            answer: dict[str, Any] = json.load(error)
        except ValueError:
            answer = {}
    complaints = answer.get("errors") or [{}]
    if error.code == HTTPStatus.BAD_REQUEST and answer.get("errors"):
        return answer
    reason = answer.get("message") or complaints[0].get("message") or error.reason
    if error.code >= 500 or error.code == HTTPStatus.TOO_MANY_REQUESTS:
        raise Unavailable(f"The service answers {error.code}: {reason}")
    raise RequestRefused(f"The service answers {error.code}: {reason}")


def _complaint(complaint: dict[str, Any]) -> str:
    field = complaint.get("field")
    return f"{field}: {complaint['message']}" if field else str(complaint["message"])


def _bar(label: str, length: int) -> Any:
    hidden = not sys.stderr.isatty()
    return click.progressbar(length=length, label=f"{label:<9}", file=sys.stderr, hidden=hidden)
