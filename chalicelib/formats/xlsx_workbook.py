"""The workbook around rows, as a stream.

The dimension of a sheet and the number of sheets stand before the rows. Where the number of rows is
known, rows are numbered, deflated and passed on at once. Otherwise the deflated rows wait in a
spool until all are there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import Final

from chalicelib.errors import ExportFailed
from chalicelib.formats import xlsx_parts
from chalicelib.formats.checksum import Checksum
from chalicelib.formats.deflate import deflated
from chalicelib.formats.row_format import Extent
from chalicelib.formats.xlsx_cells import column_name
from chalicelib.formats.xlsx_look import ContractLook, Look
from chalicelib.formats.xlsx_rows import RowQueue, SheetRows
from chalicelib.formats.zip_stream import MAX_SIZE_WITHOUT_ZIP64, ZipStream

MAX_ROWS_PER_SHEET: Final = 1_048_576
# A spool of one segment is a few MB; a larger one goes to the disk.
MAX_SPOOL_BYTES: Final = 8 << 20
READ_BYTES: Final = 1 << 20
# A number takes the place of a mark of one byte, once for the row and once for each of its cells.
_BYTES_PER_ROW_NUMBER: Final = len(str(MAX_ROWS_PER_SHEET))
CONTRACT: Final = ContractLook()
INCOMPLETE: Final = "The parts of the file do not add up. Please export again."


def write_workbook(
    head: bytes,
    rows: Iterable[bytes],
    *,
    columns: int,
    extent: Extent | None = None,
    rows_per_sheet: int = MAX_ROWS_PER_SHEET,
    look: Look = CONTRACT,
) -> Iterator[bytes]:
    """Yield the XLSX file around the rows.

    `head` is the header row. Rows that do not fit on a sheet of `rows_per_sheet` rows, header
    included, continue on another one, under the same header.
    """
    workbook, queue = _Workbook(head, column_name(columns - 1), look), RowQueue(rows)
    if extent is None:
        return _write_spooled(workbook, queue, rows_per_sheet - 1)
    most_bytes = extent.size_bytes + extent.row_count * (columns + 1) * _BYTES_PER_ROW_NUMBER
    large = most_bytes >= MAX_SIZE_WITHOUT_ZIP64
    counts = _rows_by_sheet(extent.row_count, rows_per_sheet - 1)
    return _write_at_once(workbook, queue, counts, large=large)


def _write_at_once(
    workbook: _Workbook, queue: RowQueue, counts: Sequence[int], *, large: bool
) -> Iterator[bytes]:
    yield from workbook.start(len(counts))
    for count in counts:
        sheet = SheetRows(queue, count)
        yield from workbook.sheet(sheet, sheet, count, large=large)
        if sheet.row_count != count:
            raise ExportFailed(INCOMPLETE)
    if queue.has_more():
        raise ExportFailed(INCOMPLETE)
    yield from workbook.end()


def _write_spooled(workbook: _Workbook, queue: RowQueue, rows_of_sheet: int) -> Iterator[bytes]:
    with ExitStack() as files:
        spooled: list[tuple[SheetRows, SpooledTemporaryFile[bytes]]] = []
        while not spooled or queue.has_more():
            sheet = SheetRows(queue, rows_of_sheet)
            file = files.enter_context(SpooledTemporaryFile(MAX_SPOOL_BYTES))
            for block in sheet:
                file.write(block)
            spooled.append((sheet, file))
        yield from workbook.start(len(spooled))
        for sheet, file in spooled:
            large = sheet.content.checksum.size_bytes >= MAX_SIZE_WITHOUT_ZIP64
            yield from workbook.sheet(sheet, _read(file), sheet.row_count, large=large)
        yield from workbook.end()


def _read(file: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while block := file.read(READ_BYTES):
        yield block


def _rows_by_sheet(total: int, rows_of_sheet: int) -> Sequence[int]:
    """Return the number of rows of each sheet; there is always one."""
    return [min(rows_of_sheet, total - start) for start in range(0, max(total, 1), rows_of_sheet)]


class _Workbook:
    """The archive of a workbook. Its small parts stand first: some readers stream."""

    def __init__(self, head: bytes, last_column: str, look: Look) -> None:
        self._look = look
        self._further = list(look.sheets())
        self._head = head
        self._last_column = last_column
        self._archive = ZipStream()
        self._sheets = 0

    def start(self, sheets: int) -> Iterator[bytes]:
        for name, content in xlsx_parts.small_parts(
            sheets, self._look.styles, [name for name, _ in self._further]
        ):
            yield from self._archive.add_small(name, content)

    def sheet(
        self, rows: SheetRows, blocks: Iterable[bytes], row_count: int, *, large: bool
    ) -> Iterator[bytes]:
        """Yield a sheet: `blocks` are the deflated `rows`."""
        self._sheets += 1
        dimension = f"A1:{self._last_column}{row_count + 1}"
        start = xlsx_parts.sheet_start(dimension, self._look.columns) + self._head
        end = self._look.sheet_end(dimension)

        def all_blocks() -> Iterator[bytes]:
            yield from deflated([start])
            yield from blocks
            yield from deflated([end])

        def checksum() -> Checksum:
            return Checksum.of(start) + rows.content.checksum + Checksum.of(end)

        name = xlsx_parts.sheet_name(self._sheets)
        yield from self._archive.add(name, all_blocks(), checksum, large=large)

    def end(self) -> Iterator[bytes]:
        for number, (_, content) in enumerate(self._further, self._sheets + 1):
            yield from self._archive.add_small(xlsx_parts.sheet_name(number), content)
        yield from self._archive.end()
