"""The protocol of a file format: from cells to rows, from rows to the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, runtime_checkable

from chalicelib.formats.cells import CellSpec
from chalicelib.formats.checksum import Checksum

# Gets the cells of each column of a run, and returns the text of the run for each row.
WriteRun = Callable[[Sequence[Sequence[Any]]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Notes:
    """What a file says about itself to people: lines of a label and a text, under a title.

    A format that has no place for the lines does not read them.
    """

    title: str = "About"
    lines: Iterable[tuple[str, str]] = ()


NO_NOTES: Final = Notes()


@dataclass(frozen=True, slots=True)
class Extent:
    """The number of all rows of a file, without the header, and their size in bytes."""

    row_count: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class PackedSegment:
    """A segment as the store keeps it: the checksum of its rows, its size, and its last bytes.

    `read_end` returns so many bytes, or the whole segment if it is shorter.
    """

    rows: Checksum
    size_bytes: int
    read_end: Callable[[int], bytes]


@runtime_checkable
class ListedRows(Protocol):
    """Chunks of rows that can also be had row by row."""

    def lists(self) -> Iterator[list[bytes]]:
        """Yield lists of whole rows."""
        ...


class RowFormat(Protocol):
    """A file format. It knows nothing about products, and nothing about where files are stored.

    A row is `row_start`, its runs of cells joined by `separator`, and `row_end`, in `encoding`.
    A file of a `concatenable` format is its head, its packed segments and its tail, one after the
    other, so the store can compose it. Other files are written by `finish`. `max_columns` is None
    where a file may have any number of columns.

    `version` changes whenever packed segments do: segments of two versions are never put into one
    file. `headers_differ` says that no two columns may have the same header.
    """

    separator: str
    row_start: str
    row_end: str
    encoding: str
    content_type: str
    file_extension: str
    max_columns: int | None
    concatenable: bool
    version: int
    headers_differ: bool

    def for_cells(self, cells: Sequence[CellSpec]) -> RowFormat:
        """Return the format of files with these columns."""

    def writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        """Return a function that writes the cells of neighbouring columns, separators included.

        Absent cells are "".
        """

    def head(self, headers: Sequence[str]) -> bytes:
        """Return the bytes that a file with these columns begins with."""

    def pack(self, rows: Iterable[bytes]) -> Iterable[bytes]:
        """Yield the rows of a segment as the store keeps them. Chunks of `rows` are whole rows."""

    def tail(self, headers: Sequence[str], segments: Iterable[PackedSegment]) -> bytes:
        """Return the bytes that a file ends with."""

    def finish(
        self,
        headers: Sequence[str],
        rows: Iterable[bytes],
        *,
        extent: Extent | None = None,
        notes: Notes = NO_NOTES,
    ) -> Iterator[bytes]:
        """Yield the whole file around unpacked rows. `extent` is None if it is not known yet.

        A format that has a place for it writes the `notes`.
        """

    def gzipped(self) -> RowFormat:
        """Return the format of the same files, compressed by gzip.

        RequestRefused if there is none.
        """
