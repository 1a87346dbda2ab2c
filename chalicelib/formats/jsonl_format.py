"""JSON Lines: one JSON object a row, in UTF-8. The keys are the headers.

Numbers, amounts and booleans are JSON values, absent ones are null. Everything else is a string. No
program runs a string of JSON as a formula, so texts stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring
from typing import Final

import msgspec

from chalicelib.formats.cells import CellKind, CellSpec, CellType
from chalicelib.formats.column_writers import WriteColumn, between
from chalicelib.formats.row_format import WriteRun
from chalicelib.formats.text_format import TextFormat

_KINDS_TO_CHECK: Final = (CellKind.TEXT, CellKind.VALUE)
_BOOLEANS: Final = {"True": "true", "False": "false", "": "null"}
_encode: Final = msgspec.json.Encoder().encode
_WRITERS: Final[Mapping[CellType, WriteColumn]] = {
    CellType.NUMBER: lambda numbers: [number or "null" for number in numbers],
    CellType.FLOAT: lambda numbers: [number or "null" for number in numbers],
    CellType.MONEY: lambda amounts: [amount or "null" for amount in amounts],
    CellType.BOOLEAN: lambda texts: [_BOOLEANS[text] for text in texts],
}


class JsonlFormat(TextFormat):
    """JSON Lines."""

    separator = ","
    row_start = "{"
    row_end = "}\n"
    content_type = "application/jsonl"
    file_extension = "jsonl"
    headers_differ = True

    def head(self, headers: Sequence[str]) -> bytes:
        """Return nothing: every line names its fields."""
        return b""

    def writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        """Return a function that writes the cells of neighbouring columns as members."""
        write_values = [_column_writer(cell) for cell in cells]
        return between(_pieces(cells), write_values)


def _column_writer(cell: CellSpec) -> WriteColumn | None:
    if cell.sure_type in _WRITERS:
        return _WRITERS[cell.sure_type]
    return _escaped if cell.kind in _KINDS_TO_CHECK else None


def _pieces(cells: Sequence[CellSpec]) -> list[str]:
    """Return the text before each cell, and the one behind the last."""
    quotes = ["" if cell.sure_type in _WRITERS else '"' for cell in cells]
    ends = ["", *(quote + "," for quote in quotes[:-1]), quotes[-1]]
    keys = [encode_basestring(cell.header) + ":" for cell in cells]
    starts = [*(key + quote for key, quote in zip(keys, quotes, strict=True)), ""]
    return [end + start for end, start in zip(ends, starts, strict=True)]


def _escaped(texts: Sequence[str]) -> Sequence[str]:
    """Return the texts of a column as they stand between quotes."""
    try:
        # Every escape has a backslash. msgspec finds those of a column in no time.
        if b"\\" not in _encode("".join(texts)):
            return texts
        # Quotes inside of texts are behind a backslash, so only texts are split.
        return _encode(texts).decode()[2:-2].split('","')
    except UnicodeEncodeError:
        # Half of a surrogate pair, which the row replaces.
        return [encode_basestring(text)[1:-1] for text in texts]
