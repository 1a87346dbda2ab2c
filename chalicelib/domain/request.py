"""An accepted request: an export type, a scope and the shape of the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chalicelib.domain.file_options import CsvOptions, LayoutOptions
from chalicelib.words.text import Text, others_of


class Scope(StrEnum):
    """The records of an export: all, those named by id, or those that match a filter."""

    ALL = "ALL"
    IDS = "IDS"
    FILTER = "FILTER"


class Formulas(StrEnum):
    """The treatment of text cells that a spreadsheet would read as a formula."""

    ESCAPE = "ESCAPE"
    RAW = "RAW"


class IfOutdated(StrEnum):
    """The end of an export whose shop cannot be read within five minutes."""

    FAIL = "FAIL"
    USE_STORED = "USE_STORED"


class Freshness(StrEnum):
    """The age of stocks, prices and publication: as of their last refresh, or of now."""

    CURRENT = "CURRENT"
    LIVE = "LIVE"


class Compression(StrEnum):
    """The compression of the file."""

    NONE = "NONE"
    GZIP = "GZIP"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """Everything a worker needs to know about one export. It survives a round trip through JSON.

    `ids` are global ids (scope IDS). `filter` is the filter input under its GraphQL names (scope
    FILTER). `parameters` belong to the export type: products take `fields`, `attributes`,
    `warehouses` and `channels` (global ids) and `freshness`, voucher codes take `voucher_id` or
    `voucher_ids`. `file_type` names a format of the room `formats`; `csv` and `layout` say how
    cells read. `title` and `summary` are for people: the requestor's words, and one line about
    records and columns.
    """

    export_type: str
    scope: Scope = Scope.ALL
    ids: tuple[str, ...] = ()
    filter: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    file_type: str = "CSV"
    # A cell that begins with = would run in the spreadsheet of whoever opens the file (ADR 6).
    formulas: Formulas = Formulas.ESCAPE
    compression: Compression = Compression.NONE
    csv: CsvOptions = field(default_factory=CsvOptions)
    layout: LayoutOptions = field(default_factory=LayoutOptions)
    if_outdated: IfOutdated = IfOutdated.FAIL
    title: str = ""
    summary: str = ""

    @property
    def is_live(self) -> bool:
        """Return whether stocks, prices and publication are read while the export runs."""
        return self.parameters.get("freshness") == Freshness.LIVE

    def to_json(self) -> dict[str, Any]:
        """Return the request in plain JSON types, readable in the AWS console."""
        return {
            "export_type": self.export_type,
            "scope": self.scope.value,
            "ids": list(self.ids),
            "filter": dict(self.filter),
            "parameters": dict(self.parameters),
            "file_type": str(self.file_type),
            "formulas": self.formulas.value,
            "compression": self.compression.value,
            **({"csv": self.csv.to_json()} if self.csv != CsvOptions() else {}),
            **({"layout": self.layout.to_json()} if self.layout != LayoutOptions() else {}),
            **({"if_outdated": self.if_outdated.value} if self.if_outdated != "FAIL" else {}),
            **({"title": self.title} if self.title else {}),
            **({"summary": self.summary} if self.summary else {}),
            **({"summary_others": others} if (others := others_of(self.summary)) else {}),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ExportRequest:
        """Return the request that `to_json` wrote; KeyError or ValueError if it is not one."""
        return cls(
            export_type=stored["export_type"],
            scope=Scope(stored["scope"]),
            ids=tuple(stored["ids"]),
            filter=stored["filter"],
            parameters=stored["parameters"],
            file_type=stored["file_type"],
            formulas=Formulas(stored["formulas"]),
            # Version 0.1.0 stored requests without a compression.
            compression=Compression(stored.get("compression", "NONE")),
            csv=CsvOptions.from_json(stored["csv"]) if "csv" in stored else CsvOptions(),
            layout=(
                LayoutOptions.from_json(stored["layout"]) if "layout" in stored else LayoutOptions()
            ),
            if_outdated=IfOutdated(stored.get("if_outdated", "FAIL")),
            title=stored.get("title", ""),
            summary=Text(stored.get("summary", ""), stored.get("summary_others")),
        )
