"""Check that each of many exports ended once and sent one notification."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from benchmarks.clients import Connection, spread

_COUNT: Final = (
    "query($status:JobStatusEnum!){exportFiles(first:1,filter:{status:$status}){totalCount}}"
)
_PAGE: Final = (
    "query($after:String){exportFiles(first:50,after:$after,sortBy:{field:CREATED_AT,direction:ASC})"
    "{edges{node{id status fileName createdAt updatedAt events{type}}}"
    " pageInfo{hasNextPage endCursor}}}"
)
_TERMINAL: Final = {"EXPORT_SUCCESS", "EXPORT_FAILED"}
_NOTIFIED: Final = {"EXPORTED_FILE_SENT", "EXPORT_FAILED_INFO_SENT"}
ASK_AGAIN_SECONDS: Final = 2
_FILE_NAME: Final = re.compile(r"\w+_data_\S+\.csv")


@dataclass(frozen=True, slots=True)
class Ended:
    """Exports by id, and the number of mails about each one's file."""

    exports: dict[str, dict[str, Any]]
    mails: Counter[str]

    def complaints(self, ids: set[str]) -> list[str]:
        """Return a line for each broken promise."""
        lost = [f"{export_id} is lost" for export_id in ids - self.exports.keys()]
        return lost + [
            said for export_id in ids & self.exports.keys() for said in self._complaints(export_id)
        ]

    def _complaints(self, export_id: str) -> list[str]:
        export = self.exports[export_id]
        types = [event["type"] for event in export["events"]]
        found = {
            "status": export["status"] == "SUCCESS",
            "terminal events": sum(type_ in _TERMINAL for type_ in types) == 1,
            "notified events": sum(type_ in _NOTIFIED for type_ in types) == 1,
            "mails": self.mails[export["fileName"]] == 1,
        }
        return [
            f"{export_id}: {name} ({export['status']}, {types})"
            for name, good in found.items()
            if not good
        ]

    def report(self, ids: set[str]) -> str:
        """Return a line with the times from request to end."""
        return spread(
            "request to end", [_seconds(self.exports[one]) for one in ids & self.exports.keys()]
        )


def wait_for_ends(run: dict[str, Any], seconds: float) -> dict[str, int]:
    """Wait until no export is pending or the time is over; return the count by status."""
    ends = time.monotonic() + seconds
    with Connection(run) as client:
        while _count(client, "PENDING") and time.monotonic() < ends:
            time.sleep(ASK_AGAIN_SECONDS)
        return {status: _count(client, status) for status in ("PENDING", "SUCCESS", "FAILED")}


def read_ended(run: dict[str, Any]) -> Ended:
    """Return all exports, with the mails that the emulator accepted."""
    exports: dict[str, dict[str, Any]] = {}
    page: dict[str, Any] = {"endCursor": None, "hasNextPage": True}
    with Connection(run) as client:
        while page["hasNextPage"]:
            found = client.graphql("page", _PAGE, after=page["endCursor"])["exportFiles"]
            exports |= {edge["node"]["id"]: edge["node"] for edge in found["edges"]}
            page = found["pageInfo"]
    return Ended(exports, _mails(run))


def _mails(run: dict[str, Any]) -> Counter[str]:
    with urllib.request.urlopen(
        f"{run['aws_endpoint_url']}/_ministack/ses/messages", timeout=60
    ) as answer:
        accounts = json.load(answer)["messages"].values()
    lines = [line for mails in accounts for mail in mails for line in mail["BodyText"].splitlines()]
    return Counter(line for line in lines if _FILE_NAME.fullmatch(line))


def _count(client: Connection, status: str) -> int:
    """Return the number of exports with a status, or -1 if the service did not answer."""
    found = client.graphql("count", _COUNT, status=status)
    return int(found["exportFiles"]["totalCount"]) if found and found.get("exportFiles") else -1


def _seconds(export: dict[str, Any]) -> float:
    began, ended = (datetime.fromisoformat(export[name]) for name in ("createdAt", "updatedAt"))
    return (ended - began).total_seconds()
