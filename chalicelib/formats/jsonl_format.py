"""JSON Lines: one JSON object a row, in UTF-8. The keys are the headers.

Numbers, amounts and booleans are JSON values, absent ones are null. Everything else is a string. No
program runs a string of JSON as a formula, so texts stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any, Final

from chalicelib.formats.cells import CellKind, CellSpec, CellType
from chalicelib.formats.row_format import WriteRun
from chalicelib.formats.text_format import TextFormat

# All bytes of texts that JSON takes as they are.
_HARMLESS: Final = bytes(byte for byte in range(0x20, 0x100) if byte not in b'"\\')
_KINDS_TO_CHECK: Final = (CellKind.TEXT, CellKind.VALUE)
# An absent value behind its key.
_EMPTY: Final = '":,'
_BOOLEANS: Final = {"True": "true", "False": "false", "": "null"}
_WRITERS: Final[Mapping[CellType, Callable[[Any], str]]] = {
    CellType.NUMBER: lambda number: str(number) or "null",
    CellType.MONEY: lambda amount: amount or "null",
    CellType.BOOLEAN: lambda text: _BOOLEANS[text],
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
        """Return a function that writes a run of cells as members of an object."""
        write_with_care = _careful_writer(cells)
        if any(_EMPTY in _key(cell) for cell in cells):
            return write_with_care
        typed = [place for place, cell in enumerate(cells) if cell.kind in _KINDS_TO_CHECK]
        write_plain = _plain_writer(cells)
        if not typed:
            return write_plain
        # Twice the first one: `itemgetter` returns a tuple only for several places.
        texts_of: Callable[[Any], Any] = itemgetter(*typed, typed[0])

        def write_run(run: tuple[Any, ...]) -> str:
            # Texts are checked together: most runs need no escapes at all.
            texts = "".join(texts_of(run)).encode("utf-8", "replace")
            return write_with_care(run) if texts.translate(None, _HARMLESS) else write_plain(run)

        return write_run


def _key(cell: CellSpec) -> str:
    return encode_basestring(cell.header) + ":"


def _plain_writer(cells: Sequence[CellSpec]) -> WriteRun:
    """Return a function that writes a run whose texts need no escapes."""
    ints = [place for place, cell in enumerate(cells) if cell.kind is CellKind.NUMBER]
    booleans = [n for n, cell in enumerate(cells) if cell.sure_type is CellType.BOOLEAN]
    is_typed = any(cell.sure_type in _WRITERS for cell in cells)
    pieces = _pieces(cells)

    def write_run(run: tuple[Any, ...]) -> str:
        pieces[1::2] = run
        for place in ints:
            pieces[2 * place + 1] = str(run[place])
        for place in booleans:
            pieces[2 * place + 1] = _BOOLEANS[run[place]]
        written = "".join(pieces)
        return _with_nulls(written) if is_typed else written

    return write_run


def _pieces(cells: Sequence[CellSpec]) -> list[str]:
    """Return what stands around the cells, with a place for each cell.

    Keys and cells take turns: a slice and one `join` take a quarter of the time of `%`.
    """
    quotes = ["" if cell.sure_type in _WRITERS else '"' for cell in cells]
    ends = ["", *(quote + "," for quote in quotes[:-1]), quotes[-1]]
    starts = [*(_key(cell) + quote for cell, quote in zip(cells, quotes, strict=True)), ""]
    pieces = [""] * (2 * len(cells) + 1)
    pieces[0::2] = [end + start for end, start in zip(ends, starts, strict=True)]
    return pieces


def _with_nulls(written: str) -> str:
    """Return a plain run with null for each absent value. No text or key of it has a quote."""
    if _EMPTY in written:
        written = written.replace(_EMPTY, '":null,')
    return written + "null" if written[-1] == ":" else written


def _careful_writer(cells: Sequence[CellSpec]) -> WriteRun:
    """Return a function that writes a run cell by cell."""
    writers = [(_key(cell), _WRITERS.get(cell.sure_type, encode_basestring)) for cell in cells]
    return lambda run: ",".join(
        [key + write(cell) for (key, write), cell in zip(writers, run, strict=True)]
    )
