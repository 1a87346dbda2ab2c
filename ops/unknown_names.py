"""Refuse ids, slugs and SKUs of no record: an export would leave them out without a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chalicelib.errors import RequestRefused
from chalicelib.exports.export_type import ExportType
from ops.service_client import ServiceClient

IDS: Final = "query($kind:String!,$ids:[ID!]!){exportUnknownIds(kind:$kind,ids:$ids)}"
NAMES: Final = (
    "query($names:[String!]!,$start:Float){exportUnknownNames(names:$names,start:$start)"
    "{names next}}"
)


def check_records(client: ServiceClient, export_type: ExportType, words: Mapping[str, str]) -> None:
    """Raise RequestRefused, with the user's words, for global ids of no record.

    `words` are the words that the user gave, by global id.
    """
    unknown = find_unknown_ids(client, export_type.name, list(words))
    _refuse(export_type, [words[global_id] for global_id in unknown])


def check_names(client: ServiceClient, export_type: ExportType, names: Sequence[str]) -> None:
    """Raise RequestRefused, with the names, for slugs and SKUs that no product has."""
    left: Sequence[str] = names
    start: float | None = 0
    while left and start is not None:
        found: dict[str, Any] = client.ask(NAMES, {"names": left, "start": start})[
            "exportUnknownNames"
        ]
        left, start = found["names"], found["next"]
    _refuse(export_type, left)


def find_unknown_ids(client: ServiceClient, kind: str, ids: Sequence[str]) -> list[str]:
    """Return those of the ids that no record of an export type or a kind of options has."""
    unknown: list[str] = client.ask(IDS, {"kind": kind, "ids": ids})["exportUnknownIds"]
    return unknown


def _refuse(export_type: ExportType, words: Sequence[str]) -> None:
    if words:
        raise RequestRefused(
            f"The shop has no {export_type.label} named {', '.join(words)}. No export was started."
        )
