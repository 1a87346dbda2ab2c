"""The file types and their formats. A new one is a module in this room and two lines here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from chalicelib.domain.file_options import CellTypes
from chalicelib.domain.request import Compression, ExportRequest
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.formats.jsonl_format import JsonlFormat
from chalicelib.formats.parquet_format import ParquetFormat
from chalicelib.formats.row_format import RowFormat
from chalicelib.formats.xlsx_format import XlsxFormat
from chalicelib.formats.xlsx_people import PeopleXlsxFormat


class FileType(StrEnum):
    """The file types that a request can name."""

    CSV = "CSV"
    XLSX = "XLSX"
    JSONL = "JSONL"
    PARQUET = "PARQUET"


def _xlsx(request: ExportRequest) -> RowFormat:
    layout = request.layout
    has_types = layout.is_for_people or layout.types is CellTypes.TYPED
    return PeopleXlsxFormat() if has_types else XlsxFormat()


FORMATS: Final[Mapping[FileType, Callable[[ExportRequest], RowFormat]]] = {
    FileType.CSV: lambda request: CsvFormat(request.formulas, request.csv),
    FileType.XLSX: _xlsx,
    FileType.JSONL: lambda request: JsonlFormat(),
    FileType.PARQUET: lambda request: ParquetFormat(),
}


def format_of(request: ExportRequest) -> RowFormat:
    """Return the format of the request's file.

    RequestRefused for a type that cannot be compressed.
    """
    row_format = FORMATS[FileType(request.file_type)](request)
    return row_format.gzipped() if request.compression is Compression.GZIP else row_format
