"""The workbook around rows: sheets and the small parts that every XLSX file has, as a stream."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, Final, cast

from chalicelib.errors import ExportFailed

MAX_ROWS_PER_SHEET: Final = 1_048_576


def write_workbook(
    head: bytes,
    rows: Iterable[bytes],
    *,
    size_bytes: int | None = None,
    rows_per_sheet: int = MAX_ROWS_PER_SHEET,
) -> Iterator[bytes]:
    """The XLSX file around the rows, in chunks.

    `rows` are chunks of whole `<row>` elements. Rows that do not fit on a sheet of `rows_per_sheet`,
    header included, go on in another one, under the same header. `size_bytes` is the size of all
    rows where it is known: beyond 2 GB the archive needs ZIP64.
    """
    sink = _Sink()
    large = size_bytes is not None and size_bytes > 1_900_000_000
    with zipfile.ZipFile(
        cast("IO[bytes]", sink), "w", zipfile.ZIP_DEFLATED, compresslevel=1
    ) as archive:
        pieces = _Pieces(rows)
        sheets = 0
        while sheets == 0 or pieces.has_more():
            sheets += 1
            some = pieces.take_rows(rows_per_sheet - 1)
            yield from _write_sheet(archive, sink, sheets, head, some, large=large)
        for name, content in _frame(sheets):
            archive.writestr(_entry(name), content)
    yield sink.take()


def _entry(name: str) -> zipfile.ZipInfo:
    """A file of the archive, without the time it was written: the same rows give the same bytes."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _write_sheet(
    archive: zipfile.ZipFile,
    sink: _Sink,
    number: int,
    head: bytes,
    rows: Iterable[bytes],
    *,
    large: bool,
) -> Iterator[bytes]:
    try:
        with archive.open(
            _entry(f"xl/worksheets/sheet{number}.xml"), "w", force_zip64=large
        ) as sheet:
            sheet.write(_SHEET_START + head)
            for chunk in rows:
                sheet.write(chunk)
                yield sink.take()
            sheet.write(_SHEET_END)
    except (zipfile.LargeZipFile, RuntimeError) as error:
        raise ExportFailed(
            "The rows are too large for one spreadsheet. Ask for fewer columns, or for CSV."
        ) from error


class _Pieces:
    """Chunks of rows that can be taken up to a number of rows."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = b""

    def has_more(self) -> bool:
        while not self._rest:
            found = next(self._chunks, None)
            if found is None:
                return False
            self._rest = found
        return True

    def take_rows(self, limit: int) -> Iterator[bytes]:
        while limit > 0 and self.has_more():
            piece, self._rest = self._rest, b""
            count = piece.count(_ROW_END_BYTES)
            if count > limit:
                at = _end_of_row(piece, limit)
                piece, self._rest = piece[:at], piece[at:]
            limit -= count
            yield piece


def _end_of_row(piece: bytes, number: int) -> int:
    at = 0
    for _ in range(number):
        at = piece.index(_ROW_END_BYTES, at) + len(_ROW_END_BYTES)
    return at


class _Sink:
    """A file that cannot seek: the archive is written once, from front to back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        return None

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


_ROW_END_BYTES: Final = b"</row>"
_XML: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET_START: Final = (
    _XML
    + f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'.encode()
    + b'<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    + b'<sheetFormatPr defaultColWidth="20" defaultRowHeight="15"/><sheetData>'
)
_SHEET_END: Final = b"</sheetData></worksheet>"
# Two styles of cells: 0 as everything is, 1 bold. Readers want the fills and the border, though none is used.
_STYLES: Final = (
    _XML
    + f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'.encode()
)


def _frame(sheets: int) -> Iterator[tuple[str, bytes]]:
    """The small parts of the workbook: (name, content)."""
    numbers = range(1, sheets + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in numbers
    )
    listed = "".join(
        f'<sheet name="Export{"" if n == 1 else f" {n}"}" sheetId="{n}" r:id="rId{n}"/>'
        for n in numbers
    )
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    yield (
        "xl/workbook.xml",
        _XML
        + f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'.encode(),
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        _XML
        + f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}<Relationship Id="rId{sheets + 1}" '
        f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'.encode(),
    )
    yield "xl/styles.xml", _STYLES
    yield (
        "_rels/.rels",
        _XML
        + f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
    )
    yield (
        "[Content_Types].xml",
        _XML
        + f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{_TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" '
        f'ContentType="{_TYPE}.styles+xml"/>{overrides}</Types>'.encode(),
    )
