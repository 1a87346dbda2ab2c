"""The small parts of a workbook, and the beginning and end of a sheet (ECMA-376)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_RELATIONS: Final = f"{_OFFICE}/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument"

SHEET_END: Final = b"</sheetData></worksheet>"
# Number formats that a spreadsheet shows as its country does: #,##0.00, a date, a date and time,
# #,##0, and one that spreadsheets do not have by themselves.
_THREE_DECIMALS: Final = 164
_FORMATS_OF_PEOPLE: Final = (4, 14, 22, 3, _THREE_DECIMALS)
_OWN_FORMATS: Final = (
    f'<numFmts count="1"><numFmt numFmtId="{_THREE_DECIMALS}" formatCode="#,##0.000"/></numFmts>'
)


def _styles(formats: Sequence[int], own_formats: str = "") -> str:
    """Return the styles of cells: 0 is plain, 1 is bold, then one for each number format.

    Excel expects the two fills and the border, though no cell uses them.
    """
    formatted = "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" '
        'applyNumberFormat="1"/>'
        for number in formats
    )
    return (
        f'<styleSheet xmlns="{_MAIN}">{own_formats}'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        f'</cellStyleXfs><cellXfs count="{2 + len(formats)}">'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        f'{formatted}</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" '
        'builtinId="0"/></cellStyles></styleSheet>'
    )


STYLES: Final = _styles(())
STYLES_OF_PEOPLE: Final = _styles(_FORMATS_OF_PEOPLE, _OWN_FORMATS)


def columns(widths: Sequence[int]) -> str:
    """Return the widths of columns, in characters."""
    each = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
        for n, width in enumerate(widths, start=1)
    )
    return f"<cols>{each}</cols>"


def filtered_end(dimension: str) -> bytes:
    """Return the end of a sheet whose first row filters the cells of the dimension."""
    return f'</sheetData><autoFilter ref="{dimension}"/></worksheet>'.encode()


def sheet_start(dimension: str, columns: str = "", *, frozen: bool = True) -> bytes:
    """Return a sheet up to its first row.

    A `frozen` header row stays in sight; columns are 20 characters wide unless `columns` says more.
    """
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    view = f">{pane}</sheetView>" if frozen else "/>"
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><dimension ref="{dimension}"/>'
        f'<sheetViews><sheetView workbookViewId="0"{view}</sheetViews>'
        f'<sheetFormatPr defaultColWidth="20" defaultRowHeight="15"/>{columns}<sheetData>'
    ).encode()


def sheet_name(number: int) -> str:
    """Return the name of a sheet's part, numbered from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def small_parts(
    sheets: int, styles: str = STYLES, further: Sequence[str] = ()
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of every part that is not a sheet.

    The content types come first: programs that guess a file's type look at the first entry.
    """
    names = ["Export", *(f"Export {n}" for n in range(2, sheets + 1)), *further]
    numbers = range(1, len(names) + 1)
    parts = {
        "[Content_Types].xml": _content_types(numbers),
        "_rels/.rels": _package_relations(),
        "xl/workbook.xml": _workbook(names),
        "xl/_rels/workbook.xml.rels": _workbook_relations(numbers),
        "xl/styles.xml": styles,
    }
    for name, content in parts.items():
        yield name, (_XML + content).encode()


def _content_types(numbers: range) -> str:
    sheets = "".join(
        f'<Override PartName="/{sheet_name(n)}" ContentType="{_TYPE}.spreadsheetml.worksheet+xml"/>'
        for n in numbers
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        f'ContentType="{_TYPE}.spreadsheetml.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.spreadsheetml.styles+xml"/>'
        f"{sheets}</Types>"
    )


def _package_relations() -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    )


def _workbook(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, start=1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>'


def _workbook_relations(numbers: range) -> str:
    sheets = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" '
        f'Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">{sheets}'
        f'<Relationship Id="rId{len(numbers) + 1}" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
        "</Relationships>"
    )
