"""The file types and their formats.

A new one is a module in this room, and a function and two lines here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from chalicelib.domain.file_options import CellTypes
from chalicelib.domain.request import Compression, ExportRequest
from chalicelib.formats.row_format import RowFormat


class FileType(StrEnum):
    """The file types that a request can name."""

    CSV = "CSV"
    XLSX = "XLSX"
    JSONL = "JSONL"
    PARQUET = "PARQUET"


# Each format is imported when it is used: the API asks for one of them at most.
def _csv(request: ExportRequest) -> RowFormat:
    from chalicelib.formats.csv_format import CsvFormat

    return CsvFormat(request.formulas, request.csv)


def _xlsx(request: ExportRequest) -> RowFormat:
    from chalicelib.formats.xlsx_format import XlsxFormat
    from chalicelib.formats.xlsx_people import PeopleXlsxFormat

    layout = request.layout
    has_types = layout.is_for_people or layout.types is CellTypes.TYPED
    return PeopleXlsxFormat() if has_types else XlsxFormat()


def _jsonl(request: ExportRequest) -> RowFormat:
    from chalicelib.formats.jsonl_format import JsonlFormat

    return JsonlFormat()


def _parquet(request: ExportRequest) -> RowFormat:
    from chalicelib.formats.parquet_format import ParquetFormat

    return ParquetFormat()


FORMATS: Final[Mapping[FileType, Callable[[ExportRequest], RowFormat]]] = {
    FileType.CSV: _csv,
    FileType.XLSX: _xlsx,
    FileType.JSONL: _jsonl,
    FileType.PARQUET: _parquet,
}


def format_of(request: ExportRequest) -> RowFormat:
    """Return the format of the request's file.

    RequestRefused for a type that cannot be compressed.
    """
    row_format = FORMATS[FileType(request.file_type)](request)
    return row_format.gzipped() if request.compression is Compression.GZIP else row_format
