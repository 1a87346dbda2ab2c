"""The JSON Lines files of a catalogue, read and checked before anything is written.

There is one file per kind with one node per line, in any order. One bad line is enough to load
nothing: a line that is not a node of its kind, a record that comes twice, or a record that is too
big for the table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import filterfalse
from pathlib import Path
from typing import Any, Final

from chalicelib.adapters.catalog.item import MAX_ITEM_BYTES, Item, make_item, size_of
from chalicelib.adapters.catalog.pack import MAX_PACK_BYTES, make_member, make_packs
from chalicelib.catalog.documents import CatalogRecord, records_of
from chalicelib.catalog.kinds import has_preset, is_packed
from chalicelib.errors import WaybillError
from chalicelib.exports.registry import FILE_KINDS, RECORD_MAKERS
from ops.catalog_spool import CatalogSpool

# More lines than a person reads; a file of the wrong kind has a million.
MAX_NAMED_LINES: Final = 1_000

# Variants are not records, but their ids must differ too.
VARIANTS: Final = "variants"

Progress = Callable[[int], Any]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be loaded, and the reason."""

    file_name: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file_name} line {self.line}: {self.reason}"


class BadCatalogError(WaybillError):
    """The catalogue cannot be loaded. Nothing was written."""


def find_files(directory: Path) -> tuple[Path, ...]:
    """Return the files to load; BadCatalogError if there are none, or one of an unknown kind."""
    files = sorted(directory.glob("*.jsonl"))
    known = ", ".join(f"{kind}.jsonl" for kind in FILE_KINDS)
    if not files:
        raise BadCatalogError(f"{directory} has no *.jsonl file. Waybill loads {known}.")
    for file in files:
        if file.stem not in FILE_KINDS:
            raise BadCatalogError(
                f"Waybill does not know the kind of {file.name}. It loads {known}."
            )
    return tuple(files)


def first_documents(files: Iterable[Path], kind: str) -> Iterator[Mapping[str, Any]]:
    """Yield the documents of a kind up to the first line that is not right."""
    for file in files:
        if file.stem == kind:
            with file.open("rb") as lines, suppress(ValueError, RecursionError):
                for line in filterfalse(bytes.isspace, lines):
                    yield from (one.document for one in _parse(line, kind))


def read_files(
    files: tuple[Path, ...],
    shop: str,
    spool: CatalogSpool,
    progress: Progress,
    preset: bytes = b"",
) -> None:
    """Put all records into the spool, and call `progress` with the bytes read.

    Products are compressed against the preset, if there is one. BadCatalogError names every bad
    line.
    """
    bad_lines: list[BadLine] = []
    for file in files:
        bad_lines += _read_file(file, _Target(shop, preset), spool, progress)
    if bad_lines:
        raise BadCatalogError(_explain(bad_lines))
    spool.flush()


@dataclass(frozen=True, slots=True)
class _Target:
    """The shop that records are stored for, and the preset of its products."""

    shop: str
    preset: bytes


def _read_file(
    file: Path, target: _Target, spool: CatalogSpool, progress: Progress
) -> Iterator[BadLine]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                if not line.isspace():
                    _add_records(_parse(line, file.stem), target, spool)
            except (ValueError, RecursionError) as error:
                yield BadLine(file.name, number, _reason(error))
            progress(len(line))


def _parse(line: bytes, kind: str) -> list[CatalogRecord]:
    """Return the records of a line; ValueError if it is not JSON, or not a node of this kind."""
    constants: list[str] = []

    def read_constant(name: str) -> float:
        constants.append(name)
        return float(name)

    # Python takes NaN and Infinity for numbers. Where a field is read, its own error says more.
    plain = json.loads(line, parse_constant=read_constant)
    records = list(records_of(kind, plain, RECORD_MAKERS))
    if constants:
        raise ValueError(f"{constants[0]} is not a number in JSON")
    return records


def _add_records(records: list[CatalogRecord], target: _Target, spool: CatalogSpool) -> None:
    for record in records:
        item = _checked(record, target)
        if not spool.add(record.kind, record.number, item):
            raise ValueError(f"{_name(record)} comes twice")
        for number in record.variant_numbers:
            if not spool.claim(VARIANTS, number):
                raise ValueError(f"the variant of the number {number} comes twice")


def _checked(record: CatalogRecord, target: _Target) -> Item:
    """Return the item of a record, or the record to be packed; ValueError if it is too large."""
    if is_packed(record.kind):
        item = make_member(record.number, record.document)
        is_small = size_of(item) <= MAX_PACK_BYTES
        stored = item if is_small else make_packs(target.shop, record.kind, 0, [item])[0]
    else:
        preset = target.preset if has_preset(record.kind) else b""
        item = make_item(target.shop, record.kind, record.number, record.document, preset)
        stored = item
    if size_of(stored) > MAX_ITEM_BYTES:
        raise ValueError(
            f"{_name(record)} takes {size_of(stored):,} bytes, at most {MAX_ITEM_BYTES:,} fit"
        )
    return item


def _name(record: CatalogRecord) -> str:
    return f"{record.kind} {record.document['id']}"


def _reason(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return f"this is not JSON ({error})"
        case UnicodeDecodeError():
            return f"this is not UTF-8 ({error.reason} at byte {error.start + 1})"
        case RecursionError():
            return "this is nested too deep"
    return str(error)


def _explain(bad_lines: list[BadLine]) -> str:
    named = "\n".join(f"  {bad}" for bad in bad_lines[:MAX_NAMED_LINES])
    more = len(bad_lines) - MAX_NAMED_LINES
    lines = "line is" if len(bad_lines) == 1 else "lines are"
    return (
        f"Nothing was loaded: {len(bad_lines):,} {lines} not right. Correct them and load again.\n"
        f"{named}" + (f"\n  and {more:,} more" if more > 0 else "")
    )
