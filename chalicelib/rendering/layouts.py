"""Give columns the conversions and headers that a request's layout asks for."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.catalog.rich_text import plain_text
from chalicelib.domain.file_options import CellTypes, LayoutOptions
from chalicelib.domain.request import ExportRequest
from chalicelib.exports.columns import Column, Path
from chalicelib.formats.cells import CellKind, CellType
from chalicelib.formats.registry import FileType
from chalicelib.rendering.amounts import amount_text
from chalicelib.words.text import ENGLISH

Convert = Callable[[str], str]
# Texts of times repeat: many products are published at once.
TIMES_KEPT: Final = 4_096
_DESCRIPTION: Final[Path] = ("description",)
# Programs read these formats, so times keep their offset.
_FOR_PROGRAMS: Final = (FileType.JSONL, FileType.PARQUET)
# The columns, by path, whose cells are slugs, and the kinds that have the names.
_SLUGS: Final[Mapping[Path, str]] = {("category",): "categories", ("collections",): "collections"}
# The columns, by the first step of their path, whose headers begin with a slug.
_HEADERS: Final = {"attributes": "attributes", "stocks": "warehouses", "listings": "channels"}


def laid_out(
    columns: Iterable[Column],
    request: ExportRequest,
    dictionaries: Dictionaries,
    language: str = ENGLISH,
) -> list[Column]:
    """Return the columns as the layout has them; unchanged under the contract's.

    Headers for people are in the language.
    """
    if request.layout == LayoutOptions():
        return list(columns)
    laid = _with_amounts(_with_times(list(columns), request), request)
    laid = _with_descriptions(laid, request.layout)
    laid = _with_names(laid, request.layout, dictionaries)
    laid = _with_types(laid, request.layout)
    return _with_spoken_headers(laid, request, language)


def _with_types(columns: list[Column], layout: LayoutOptions) -> list[Column]:
    if layout.types is not CellTypes.TEXT:
        return columns
    # Quantities are numbers in the contract's XLSX too.
    return [
        column if column.kind is CellKind.NUMBER else replace(column, type=CellType.TEXT)
        for column in columns
    ]


def _with_times(columns: list[Column], request: ExportRequest) -> list[Column]:
    options = request.layout
    zone = options.time_zone or ("UTC" if options.is_for_people else None)
    if zone is None:
        return columns
    is_local = options.is_for_people and request.file_type not in _FOR_PROGRAMS
    convert = _local_time(ZoneInfo(zone), " " if is_local else None)
    return [
        replace(column, convert=convert) if column.type is CellType.DATE_TIME else column
        for column in columns
    ]


def _with_amounts(columns: list[Column], request: ExportRequest) -> list[Column]:
    """Return the columns with the decimals of the currencies where people read the amounts."""
    if not _people_read_amounts(request):
        return columns
    return [
        replace(column, convert=_amount(column.currency))
        if column.type is CellType.MONEY
        else column
        for column in columns
    ]


def _people_read_amounts(request: ExportRequest) -> bool:
    layout = request.layout
    if layout.is_for_people:
        return layout.types is not CellTypes.TEXT and request.file_type not in _FOR_PROGRAMS
    return layout.types is CellTypes.TYPED and request.file_type == FileType.XLSX


def _amount(currency: str | Path) -> Callable[..., str]:
    if isinstance(currency, tuple):
        return amount_text
    return lambda amount: amount_text(amount, currency)


def _with_descriptions(columns: list[Column], layout: LayoutOptions) -> list[Column]:
    if not layout.has_plain_descriptions:
        return columns
    return [
        replace(column, convert=_description_text) if column.path == _DESCRIPTION else column
        for column in columns
    ]


def _with_names(
    columns: list[Column], layout: LayoutOptions, dictionaries: Dictionaries
) -> list[Column]:
    if not layout.has_names:
        return columns
    return [_named(column, dictionaries) for column in columns]


def _named(column: Column, dictionaries: Dictionaries) -> Column:
    """Return the column with names in its header and its cells."""
    if kind := _SLUGS.get(column.path):
        names = _names(dictionaries, kind)
        return replace(column, convert=lambda cell: _joined_names(cell, names))
    if column.spoken and (kind := _HEADERS.get(str(column.path[0]))):
        slug, parenthesis, role = column.header.partition(" (")
        name = _names(dictionaries, kind).get(slug, slug)
        return replace(column, header=f"{name}{parenthesis}{role}")
    return column


def _with_spoken_headers(
    columns: list[Column], request: ExportRequest, language: str
) -> list[Column]:
    """Return the columns with the headers that people write, unless the request gave its own."""
    if not request.layout.is_for_people:
        return columns
    has_names = request.layout.has_names
    return [
        replace(one, header=one.spoken.write(with_name=has_names, language=language))
        if one.spoken
        else one
        for one in columns
    ]


def _names(dictionaries: Dictionaries, kind: str) -> Mapping[str, str]:
    return {document["slug"]: document["name"] for document in dictionaries.all(kind)}


def _joined_names(cell: str, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(slug, slug) for slug in cell.split(", "))


def _description_text(description: str) -> str:
    """Return the plain text of a description as people write it, "" if it is not EditorJS."""
    return html.unescape(plain_text(description))


def _local_time(zone: ZoneInfo, separator: str | None) -> Convert:
    """Return a function from a stored time to the time in a zone.

    With a separator the text has no offset, as people and spreadsheets read it. A text that is not
    a time stays.
    """

    @lru_cache(TIMES_KEPT)
    def convert(text: str) -> str:
        try:
            moment = datetime.fromisoformat(text).astimezone(zone)
        except (ValueError, OverflowError):
            return text
        if separator is None:
            return moment.isoformat()
        return moment.replace(tzinfo=None).isoformat(separator, timespec="seconds")

    return convert
