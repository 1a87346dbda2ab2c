"""How a workbook looks: its styles, what stands around the rows of a sheet, and further sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

from chalicelib.formats import xlsx_parts
from chalicelib.formats.cells import CellSpec, CellType
from chalicelib.formats.row_format import Notes
from chalicelib.formats.xlsx_cells import ROW_MARK, bold_cell, cell_start, text_cell

# The width of a column in characters, by type; wider headers make it wider, up to a limit.
_WIDTHS: Final[Mapping[CellType, int]] = {
    CellType.TEXT: 20,
    CellType.DATE_TIME: 17,
}
_OTHER_WIDTH: Final = 12
MAX_WIDTH: Final = 60
# The button of the filter covers the end of a header.
_FILTER_BUTTON: Final = 3
_NOTE_WIDTHS: Final = (20, 80)


class Look(Protocol):
    """How a workbook looks."""

    styles: str
    columns: str

    def sheet_end(self, dimension: str) -> bytes:
        """Return what stands behind the rows of a sheet."""

    def sheets(self) -> Iterator[tuple[str, bytes]]:
        """Yield the name and the content of each sheet behind those with rows."""


class ContractLook:
    """A workbook as Saleor's clients know it."""

    styles = xlsx_parts.STYLES
    columns = ""

    def sheet_end(self, dimension: str) -> bytes:
        """Return the end of a sheet."""
        return xlsx_parts.SHEET_END

    def sheets(self) -> Iterator[tuple[str, bytes]]:
        """Yield nothing."""
        return iter(())


class PeopleLook:
    """A workbook for people: widths, a filter in the header row, and a sheet about the file."""

    styles = xlsx_parts.STYLES_OF_PEOPLE

    def __init__(self, cells: Sequence[CellSpec], notes: Notes) -> None:
        self.columns = xlsx_parts.columns([_width(cell) for cell in cells])
        self._notes = notes

    def sheet_end(self, dimension: str) -> bytes:
        """Return the end of a sheet, with a filter over all its cells."""
        return xlsx_parts.filtered_end(dimension)

    def sheets(self) -> Iterator[tuple[str, bytes]]:
        """Yield the sheet about the file."""
        lines = list(self._notes.lines)
        rows = "".join(_note_row(number, *line) for number, line in enumerate(lines, start=1))
        widths = xlsx_parts.columns(_NOTE_WIDTHS)
        dimension = f"A1:B{max(len(lines), 1)}"
        start = xlsx_parts.sheet_start(dimension, widths, frozen=False)
        yield self._notes.title, start + rows.encode("utf-8", "replace") + xlsx_parts.SHEET_END


def _width(cell: CellSpec) -> int:
    typical = cell.width or _WIDTHS.get(cell.type, _OTHER_WIDTH)
    return min(max(len(cell.header) + _FILTER_BUTTON, typical), MAX_WIDTH)


def _note_row(number: int, label: str, text: str) -> str:
    cells = bold_cell(cell_start(0), label) + text_cell(cell_start(1), text)
    return f'<row r="{number}">{cells}</row>'.replace(ROW_MARK, str(number))
