"""Compile columns into struct types, which msgspec decodes documents into.

JSON is decoded straight into them, so the decoder skips everything else. Documents are decoded
whole only if a column's key cannot be a field of a struct (a slug with a quote in it).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from chalicelib.exports.columns import Column, Level, Path, PathKey
from chalicelib.formats.cells import CellKind

# A function keeps as many types: those of ten exports with different columns.
MAX_TYPES: Final = 100


def decoder_of(columns: Iterable[Column], record_type: Any) -> Callable[[bytes], Any]:
    """Return a function from a document to its record."""
    if all(_key(step) == str(step) for column in columns for step in column.path):
        return msgspec.json.Decoder(record_type).decode
    decode_whole = msgspec.json.Decoder().decode
    return lambda document: msgspec.convert(_with_keys(decode_whole(document)), record_type)


def _with_keys(part: Any) -> Any:
    """Return a copy of a decoded document with every key as `_key` returns it."""
    if isinstance(part, dict):
        return {_key(key): _with_keys(value) for key, value in part.items()}
    return [_with_keys(item) for item in part] if isinstance(part, list) else part


def type_of(columns: Iterable[Column], level: Level, more: Mapping[Path, Any] | None = None) -> Any:
    """Return a type for records or rows, with the fields of these columns."""
    read = [column for column in columns if column.level is level]
    beside = {column.beside: str for column in read if column.beside}
    leaves = {column.path: _leaf_of(column) for column in read}
    return struct_of({**beside, **leaves, **(more or {})})


def _leaf_of(column: Column) -> Any:
    """Return the type of the stored values of a column."""
    return column.join.type if column.join else _TYPES.get(column.kind, str)


_TYPES: Final[Mapping[CellKind, Any]] = {CellKind.NUMBER: int}
# msgspec refuses field names that JSON would escape. Such names get a stand-in that starts with
# DEL; names with a DEL of their own get one too, so that no stand-in equals a real name.
_needs_stand_in: Final = re.compile('["\\\\\x00-\x1f\x7f\ud800-\udfff]').search


def struct_of(leaves: Mapping[Path, Any]) -> Any:
    """Return a type with a field for each first step of the paths.

    Further steps become nested types. A field that a document lacks is "".
    """
    return _struct_of(tuple(leaves.items()))


@lru_cache(MAX_TYPES)
def _struct_of(leaves: Sequence[tuple[Path, Any]]) -> Any:
    below: dict[PathKey, dict[Path, Any]] = {}
    for (first, *rest), leaf in leaves:
        below.setdefault(first, {})[tuple(rest)] = leaf
    is_array = any(isinstance(step, int) for step in below)
    steps: Iterable[Any] = range(max(map(int, below)) + 1) if is_array else below
    fields = [(name_of(step), *_field(below.get(step, {(): Any}))) for step in steps]
    rename = None if is_array else {name_of(step): _key(step) for step in below}
    # Documents have no cycles, so the garbage collector can skip them.
    return msgspec.defstruct(
        "Part", fields, rename=rename, array_like=is_array, frozen=True, gc=False
    )


def _field(leaves: Mapping[Path, Any]) -> tuple[Any, Any]:
    """Return the type of a field and its default."""
    if () in leaves:
        return leaves[()], ""
    part = struct_of(leaves)
    return part, part()


def name_of(step: PathKey) -> str:
    """Return a Python name for any step: keys are slugs that people chose."""
    return (
        f"_{step}" if isinstance(step, int) else f"_{step.encode('utf-8', 'surrogatepass').hex()}"
    )


def _key(step: PathKey) -> str:
    """Return the JSON key of a field: the step itself, or its stand-in."""
    key = str(step)
    return "\x7f" + name_of(key) if _needs_stand_in(key) else key
