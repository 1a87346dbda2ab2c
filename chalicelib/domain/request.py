"""What is asked for: an export type, a scope, and how the file shall look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from chalicelib.errors import RequestRefused


class Scope(StrEnum):
    """Which records: all, those named by id, or those a filter admits."""

    ALL = "ALL"
    IDS = "IDS"
    FILTER = "FILTER"


class FileType(StrEnum):
    """The format of the file."""

    CSV = "CSV"
    XLSX = "XLSX"


class Formulas(StrEnum):
    """What becomes of CSV text cells that a spreadsheet would take for a formula."""

    ESCAPE = "ESCAPE"
    RAW = "RAW"


class Compression(StrEnum):
    """Whether a CSV file is stored and delivered as it is or gzip'd."""

    NONE = "NONE"
    GZIP = "GZIP"


_CONTENT_TYPES: Final = {
    FileType.CSV: "text/csv; charset=utf-8",
    FileType.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """One accepted request, all a worker needs to know. It survives a round trip through JSON.

    `ids` are global ids (scope IDS), `filter` is the filter input under its GraphQL names (scope FILTER),
    `parameters` belong to the export type: products take `fields`, `attributes`, `warehouses` and `channels`
    (global ids), voucher codes `voucher_id`. RequestRefused for an XLSX file with compression.
    """

    export_type: str
    scope: Scope = Scope.ALL
    ids: tuple[str, ...] = ()
    filter: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    file_type: FileType = FileType.CSV
    formulas: Formulas = Formulas.ESCAPE
    compression: Compression = Compression.NONE

    def __post_init__(self) -> None:
        if self.is_gzipped and self.file_type is FileType.XLSX:
            message = "An XLSX file is compressed already. Leave `compression` out, or choose CSV."
            raise RequestRefused(message, field="compression")

    @property
    def is_gzipped(self) -> bool:
        return self.compression is Compression.GZIP

    @property
    def file_extension(self) -> str:
        """What the file's name ends in, without the dot."""
        return self.file_type.value.lower() + (".gz" if self.is_gzipped else "")

    @property
    def content_type(self) -> str:
        """What the file is: a gzip'd one is saved as such, so it is no content encoding."""
        return "application/gzip" if self.is_gzipped else _CONTENT_TYPES[self.file_type]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types, readable in the console."""
        return {
            "export_type": self.export_type,
            "scope": self.scope.value,
            "ids": list(self.ids),
            "filter": dict(self.filter),
            "parameters": dict(self.parameters),
            "file_type": self.file_type.value,
            "formulas": self.formulas.value,
            "compression": self.compression.value,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ExportRequest:
        """The request that `to_json` wrote; KeyError or ValueError when it is not one."""
        return cls(
            export_type=stored["export_type"],
            scope=Scope(stored["scope"]),
            ids=tuple(stored["ids"]),
            filter=stored["filter"],
            parameters=stored["parameters"],
            file_type=FileType(stored["file_type"]),
            formulas=Formulas(stored["formulas"]),
            compression=Compression(stored.get("compression", "NONE")),
        )
