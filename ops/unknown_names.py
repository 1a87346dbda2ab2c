"""Refuse ids, slugs and SKUs of no record: an export would leave them out without a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from chalicelib.errors import RequestRefused
from chalicelib.exports.export_type import ExportType
from ops.service_client import ServiceClient

IDS: Final = "query($kind:String!,$ids:[ID!]!){exportUnknownIds(kind:$kind,ids:$ids)}"
NAMES: Final = (
    "query($names:[String!]!,$start:Float){exportUnknownNames(names:$names,start:$start)"
    "{names next}}"
)
CODES_PER_REQUEST: Final = 100
CODES: Final = (
    "query($type:String!,$names:[String!]!,$start:Float){exportRecords(exportType:$type,"
    f"names:$names,first:{CODES_PER_REQUEST},start:$start)"
    "{records{id name} next}}"
)


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


def find_codes(
    client: ServiceClient, export_type: ExportType, codes: Sequence[str]
) -> dict[str, str]:
    """Return the global ids of records by code; RequestRefused for codes of no record."""
    found: dict[str, str] = {}
    for first in range(0, len(codes), CODES_PER_REQUEST):
        some = codes[first : first + CODES_PER_REQUEST]
        found |= _find_some(client, export_type, some)
    _refuse(export_type, [code for code in codes if code.casefold() not in found])
    return {code: found[code.casefold()] for code in codes}


def _find_some(
    client: ServiceClient, export_type: ExportType, codes: Sequence[str]
) -> dict[str, str]:
    """Return global ids by code in lower case."""
    found: dict[str, str] = {}
    start: float | None = 0
    while start is not None:
        variables = {"type": export_type.name, "names": codes, "start": start}
        answer: dict[str, Any] = client.ask(CODES, variables)["exportRecords"]
        found |= {one["name"].casefold(): one["id"] for one in answer["records"]}
        start = answer["next"]
    return found


def _refuse(export_type: ExportType, words: Sequence[str]) -> None:
    if words:
        raise RequestRefused(
            f"The shop has no {export_type.label} named {', '.join(words)}. No export was started."
        )
