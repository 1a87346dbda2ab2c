"""The file types and their formats. A new one is a module in this room and two lines here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from chalicelib.domain.request import Compression, ExportRequest, Formulas
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.formats.row_format import RowFormat
from chalicelib.formats.xlsx_format import XlsxFormat


class FileType(StrEnum):
    """The file types that a request can name."""

    CSV = "CSV"
    XLSX = "XLSX"


FORMATS: Final[Mapping[FileType, Callable[[Formulas], RowFormat]]] = {
    FileType.CSV: CsvFormat,
    FileType.XLSX: lambda formulas: XlsxFormat(),
}


def format_of(request: ExportRequest) -> RowFormat:
    """Return the format of the request's file.

    RequestRefused for a type that cannot be compressed.
    """
    row_format = FORMATS[FileType(request.file_type)](request.formulas)
    return row_format.gzipped() if request.compression is Compression.GZIP else row_format
