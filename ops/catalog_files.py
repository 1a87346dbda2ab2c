"""The JSON Lines files of a catalogue, read and checked before anything is written.

One file a kind, one node a line, in any order. Nothing is believed: a line that is no record of its kind, a
record that comes twice or is too big for the table is a bad line, and one bad line is enough.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from chalicelib.adapters.catalog_item import ITEM_LIMIT_BYTES, make_item, size_of
from chalicelib.catalog.documents import DOCUMENTS, CatalogRecord, records_of
from chalicelib.errors import WaybillError
from ops.catalog_spool import CatalogSpool

FILE_KINDS: Final = (*DOCUMENTS, "vouchers")
BAD_LINES_NAMED: Final = 20

Progress = Callable[[int], Any]


@dataclass(frozen=True, slots=True)
class BadLine:
    """Where a line is bad, and why."""

    file_name: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file_name} line {self.line}: {self.reason}"


class BadCatalogError(WaybillError):
    """The catalogue cannot be loaded; nothing was written."""


def find_files(directory: Path) -> tuple[Path, ...]:
    """The files to load; BadCatalogError when there are none, or one of a kind that nobody knows."""
    files = sorted(directory.glob("*.jsonl"))
    if not files:
        raise BadCatalogError(
            f"{directory} holds no *.jsonl file. Expected are: {', '.join(FILE_KINDS)}."
        )
    for file in files:
        if file.stem not in FILE_KINDS:
            raise BadCatalogError(
                f"{file.name} is of no known kind. Known are: {', '.join(FILE_KINDS)}."
            )
    return tuple(files)


def read_files(files: tuple[Path, ...], shop: str, spool: CatalogSpool, progress: Progress) -> None:
    """Put all records in the spool; `progress` is told of bytes read. BadCatalogError names the bad lines."""
    bad_lines: list[BadLine] = []
    for file in files:
        bad_lines += _read_file(file, shop, spool, progress)
    if bad_lines:
        raise BadCatalogError(_explain(bad_lines))
    spool.flush()


def _read_file(file: Path, shop: str, spool: CatalogSpool, progress: Progress) -> Iterator[BadLine]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                if not line.isspace():
                    _add_records(line, file.stem, shop, spool)
            except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
                yield BadLine(file.name, number, _reason(error))
            progress(len(line))


def _add_records(line: bytes, file_kind: str, shop: str, spool: CatalogSpool) -> None:
    for record in list(records_of(file_kind, json.loads(line))):
        item = make_item(shop, record.kind, record.number, record.document)
        if size_of(item) > ITEM_LIMIT_BYTES:
            raise ValueError(
                f"{_name(record)} takes {size_of(item):,} bytes, a record may have {ITEM_LIMIT_BYTES:,}"
            )
        if not spool.add(record.kind, record.number, item, listed=record.listed):
            raise ValueError(f"{_name(record)} was there before")


def _name(record: CatalogRecord) -> str:
    return f"{record.kind} {record.document['id']}"


def _reason(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return f"this is no JSON ({error})"
        case UnicodeDecodeError():
            return f"this is not UTF-8 ({error.reason} at byte {error.start + 1})"
        case KeyError():
            return f"{error.args[0]!r} is missing"
        case TypeError() | AttributeError():
            return f"something is not of the type it should be ({error})"
    return str(error)


def _explain(bad_lines: list[BadLine]) -> str:
    named = "\n".join(f"  {bad}" for bad in bad_lines[:BAD_LINES_NAMED])
    more = len(bad_lines) - BAD_LINES_NAMED
    return f"Nothing was loaded, {len(bad_lines)} bad line(s):\n{named}" + (
        f"\n  and {more} more" if more > 0 else ""
    )
