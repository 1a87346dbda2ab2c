"""Read the options of a file's content from an input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from chalicelib.domain.file_options import (
    CellTypes,
    CsvOptions,
    DecimalMark,
    Delimiter,
    Descriptions,
    Encoding,
    Layout,
    LayoutOptions,
    Names,
)
from chalicelib.errors import RequestRefused
from chalicelib.formats.registry import FileType
from chalicelib.words.text import say

Input = Mapping[str, Any]
EXCEL: Final = "EXCEL"
MAX_ZONE_CHARACTERS: Final = 64


def read_csv_options(given: Input) -> CsvOptions:
    """Return the CSV options of an input; RequestRefused if they contradict each other."""
    chosen = given.get("csv")
    if not chosen:
        return CsvOptions()
    if given["fileType"] != FileType.CSV:
        raise _refused(say("`csv` is for CSV files. Leave it out, or choose CSV."), "csv")
    is_excel = chosen.get("preset") == EXCEL
    delimiter = Delimiter(chosen.get("delimiter") or (Delimiter.TAB if is_excel else "COMMA"))
    bom = chosen.get("bom")
    options = CsvOptions(
        delimiter=delimiter,
        bom=is_excel if bom is None else bom,
        decimal=DecimalMark(chosen.get("decimal") or DecimalMark.POINT),
        # Excel splits UTF-16 at TABs only, in every country.
        encoding=Encoding.UTF_16 if is_excel and delimiter is Delimiter.TAB else Encoding.UTF_8,
    )
    if (options.delimiter, options.decimal) == (Delimiter.COMMA, DecimalMark.COMMA):
        raise _refused(say("A decimal comma needs another delimiter: SEMICOLON or TAB."), "csv")
    return options


def read_layout(given: Input) -> LayoutOptions:
    """Return the layout of an input; RequestRefused for a time zone that does not exist."""
    chosen = given.get("cells") or {}
    return LayoutOptions(
        layout=Layout(given.get("layout") or Layout.CONTRACT),
        time_zone=_read_zone(chosen.get("timeZone")),
        descriptions=_optional(Descriptions, chosen.get("descriptions")),
        names=_optional(Names, chosen.get("names")),
        types=_optional(CellTypes, chosen.get("types")),
    )


def csv_input(options: CsvOptions) -> dict[str, Any]:
    """Return the part of an input that `read_csv_options` reads as these options."""
    if options == CsvOptions():
        return {}
    preset = {"preset": EXCEL} if options.encoding is Encoding.UTF_16 else {}
    return {
        "csv": {
            **preset,
            "delimiter": options.delimiter.value,
            "bom": options.bom,
            "decimal": options.decimal.value,
        }
    }


def layout_input(options: LayoutOptions) -> dict[str, Any]:
    """Return the part of an input that `read_layout` reads as these options."""
    given: dict[str, Any] = {}
    if options.layout is not Layout.CONTRACT:
        given["layout"] = options.layout.value
    names = {"time_zone": "timeZone"}
    cells = {
        names.get(name, name): value
        for name, value in options.to_json().items()
        if name != "layout"
    }
    return given | ({"cells": cells} if cells else {})


def _optional(kind: type[Any], value: str | None) -> Any:
    return None if value is None else kind(value)


def _read_zone(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        # The name becomes a path, so a long one is refused before it reaches the file system.
        ZoneInfo(name[:MAX_ZONE_CHARACTERS])
    except (ValueError, KeyError, OSError) as error:
        raise _refused(
            say(
                "There is no time zone {name}. Use a name such as Europe/Berlin or UTC.",
                name=repr(name[:MAX_ZONE_CHARACTERS]),
            ),
            "cells",
        ) from error
    return name[:MAX_ZONE_CHARACTERS]


def _refused(message: str, field: str) -> RequestRefused:
    return RequestRefused(message, field=field, code="INVALID")
