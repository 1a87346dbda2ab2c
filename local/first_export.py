"""The first export of a local run: it shows that everything works."""

from __future__ import annotations

import json
import shutil
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

POLL_SECONDS: Final = 0.05
EXPORT_SECONDS: Final = 600
ANSWER_SECONDS: Final = 60
SHOWN_LINES: Final = 4
_START: Final = (
    "mutation($input:ExportProductsInput!)"
    "{exportProducts(input:$input){errors{field message} exportFile{id}}}"
)
_FOLLOW: Final = "query($id:ID!){exportFile(id:$id){status message rowCount url}}"
ALL_FIELDS: Final = ["NAME", "PRODUCT_TYPE", "CATEGORY", "VARIANT_SKU", "VARIANT_WEIGHT"]


class ExportRefused(Exception):
    """The first export was refused or failed. The message says why."""


@dataclass(frozen=True, slots=True)
class FirstExport:
    """The facts about the first export: its file, its size, and the beginning of its text."""

    path: Path
    rows: int
    seconds: float
    lines: Sequence[str]


def export_once(url: str, token: str, target: Path) -> FirstExport:
    """Export all products with a token and download the file; ExportRefused."""
    began = time.monotonic()
    export = Client(url, token).export_products()
    with (
        urllib.request.urlopen(export["url"], timeout=ANSWER_SECONDS) as answer,
        target.open("wb") as file,
    ):
        shutil.copyfileobj(answer, file)
    with target.open(encoding="utf-8", newline="") as text:
        lines = tuple(islice(text, SHOWN_LINES))
    return FirstExport(target, export["rowCount"], time.monotonic() - began, lines)


class Client:
    """Sends queries to `{url}/graphql` with one token."""

    def __init__(self, url: str, token: str) -> None:
        self._url = f"{url}/graphql"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def export_products(self) -> dict[str, Any]:
        """Export all products, wait for the end, and return `rowCount` and `url`; ExportRefused."""
        asked = {"scope": "ALL", "fileType": "CSV", "exportInfo": {"fields": ALL_FIELDS}}
        payload = self._ask(_START, {"input": asked})["exportProducts"]
        if not payload or payload["errors"]:
            raise ExportRefused(f"The first export was not accepted: {payload}")
        return self._follow(payload["exportFile"]["id"])

    def _follow(self, export_id: str) -> dict[str, Any]:
        deadline = time.monotonic() + EXPORT_SECONDS
        while time.monotonic() < deadline:
            export: dict[str, Any] = self._ask(_FOLLOW, {"id": export_id})["exportFile"]
            if export["status"] == "SUCCESS":
                return export
            if export["status"] != "PENDING":
                raise ExportRefused(f"The first export failed: {export['message']}")
            time.sleep(POLL_SECONDS)
        raise ExportRefused("The first export did not finish in time.")

    def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(self._url, data=body, headers=self._headers)
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        if "errors" in found:
            raise ExportRefused(f"The service refused the request: {found['errors'][0]['message']}")
        data: dict[str, Any] = found["data"]
        return data
