"""The part of a format that all text formats share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence

from chalicelib.formats.cells import CellSpec
from chalicelib.formats.gzip_format import GzipFormat
from chalicelib.formats.row_format import (
    NO_NOTES,
    Extent,
    Notes,
    PackedSegment,
    RowFormat,
    WriteRun,
)


class TextFormat(ABC):
    """A format whose files are a head and rows, one after the other.

    A subclass says how to write both.
    """

    separator: str
    row_start: str = ""
    row_end: str
    encoding: str = "utf-8"
    content_type: str
    file_extension: str
    max_columns: int | None = None
    concatenable: bool = True
    version: int = 1
    headers_differ: bool = False

    def for_cells(self, cells: Sequence[CellSpec]) -> RowFormat:
        """Return itself: the format is the same for all columns."""
        return self

    @abstractmethod
    def writer(self, cells: Sequence[CellSpec]) -> WriteRun:
        """Return a function that writes a run of cells."""

    @abstractmethod
    def head(self, headers: Sequence[str]) -> bytes:
        """Return the bytes before the first row."""

    def pack(self, rows: Iterable[bytes]) -> Iterable[bytes]:
        """Return the rows unchanged."""
        return rows

    def tail(self, headers: Sequence[str], segments: Iterable[PackedSegment]) -> bytes:
        """Return nothing: a text file ends with its last row."""
        return b""

    def finish(
        self,
        headers: Sequence[str],
        rows: Iterable[bytes],
        *,
        extent: Extent | None = None,
        notes: Notes = NO_NOTES,
    ) -> Iterator[bytes]:
        """Yield the head and the rows."""
        yield self.head(headers)
        yield from rows

    def gzipped(self) -> RowFormat:
        """Return the format of the same files in gzip."""
        return GzipFormat(self)
