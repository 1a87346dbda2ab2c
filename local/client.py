"""A small client of the service for the first export of a local run."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import Any, Final

POLL_SECONDS: Final = 0.05
EXPORT_SECONDS: Final = 600
_START: Final = (
    "mutation($input:ExportProductsInput!)"
    "{exportProducts(input:$input){errors{field message} exportFile{id}}}"
)
_FOLLOW: Final = "query($id:ID!){exportFile(id:$id){status message rowCount url}}"
ALL_FIELDS: Final = ["NAME", "PRODUCT_TYPE", "CATEGORY", "VARIANT_SKU", "VARIANT_WEIGHT"]


class ExportRefused(Exception):
    """The first export was refused or failed. The message says why."""


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
        deadline = time.monotonic() + EXPORT_SECONDS
        while time.monotonic() < deadline:
            export: dict[str, Any] = self._ask(_FOLLOW, {"id": payload["exportFile"]["id"]})[
                "exportFile"
            ]
            if export["status"] == "SUCCESS":
                return export
            if export["status"] != "PENDING":
                raise ExportRefused(f"The first export failed: {export['message']}")
            time.sleep(POLL_SECONDS)
        raise ExportRefused("The first export did not finish in time.")

    def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(self._url, data=body, headers=self._headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        if "errors" in found:
            raise ExportRefused(f"The service refused the request: {found['errors'][0]['message']}")
        data: dict[str, Any] = found["data"]
        return data
