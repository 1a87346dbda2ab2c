"""The options of a file's content: how CSV is written, and how cells read.

Every default is what the contract has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class Delimiter(StrEnum):
    """The character between two cells of CSV."""

    COMMA = "COMMA"
    SEMICOLON = "SEMICOLON"
    TAB = "TAB"

    @property
    def character(self) -> str:
        """The character itself."""
        return {"COMMA": ",", "SEMICOLON": ";", "TAB": "\t"}[self.value]


class DecimalMark(StrEnum):
    """The mark before the decimals of amounts and numbers in CSV."""

    POINT = "POINT"
    COMMA = "COMMA"


class Encoding(StrEnum):
    """The encoding of CSV."""

    UTF_8 = "UTF_8"
    UTF_16 = "UTF_16"


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvOptions:
    """The form of CSV. `bom` puts a byte order mark in front of the file."""

    delimiter: Delimiter = Delimiter.COMMA
    bom: bool = False
    decimal: DecimalMark = DecimalMark.POINT
    encoding: Encoding = Encoding.UTF_8

    def to_json(self) -> dict[str, Any]:
        """Return the options in plain JSON types."""
        return {
            "delimiter": self.delimiter.value,
            "bom": self.bom,
            "decimal": self.decimal.value,
            "encoding": self.encoding.value,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the options that `to_json` wrote."""
        return cls(
            delimiter=Delimiter(stored["delimiter"]),
            bom=stored["bom"],
            decimal=DecimalMark(stored["decimal"]),
            encoding=Encoding(stored["encoding"]),
        )


class Layout(StrEnum):
    """The readers of the file. Other choices about cells follow from it unless they are given."""

    CONTRACT = "CONTRACT"
    PEOPLE = "PEOPLE"


class Descriptions(StrEnum):
    """The form of descriptions: the JSON of the editor, or plain text."""

    JSON = "JSON"
    TEXT = "TEXT"


class Names(StrEnum):
    """The names of categories, collections, attributes, warehouses and channels."""

    SLUG = "SLUG"
    NAME = "NAME"


class CellTypes(StrEnum):
    """The form of numbers, amounts, dates and booleans: typed cells or texts."""

    TEXT = "TEXT"
    TYPED = "TYPED"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutOptions:
    """The form of cells. None leaves a choice to the layout.

    `time_zone` is the name of an IANA time zone, None for times as they are stored.
    """

    layout: Layout = Layout.CONTRACT
    time_zone: str | None = None
    descriptions: Descriptions | None = None
    names: Names | None = None
    types: CellTypes | None = None

    @property
    def is_for_people(self) -> bool:
        """Return whether people read the file."""
        return self.layout is Layout.PEOPLE

    @property
    def has_plain_descriptions(self) -> bool:
        """Return whether descriptions are plain text."""
        chosen = self.descriptions or (Descriptions.TEXT if self.is_for_people else None)
        return chosen is Descriptions.TEXT

    @property
    def has_names(self) -> bool:
        """Return whether names stand instead of slugs."""
        return (self.names or (Names.NAME if self.is_for_people else None)) is Names.NAME

    def to_json(self) -> dict[str, Any]:
        """Return the options in plain JSON types."""
        chosen = {
            "layout": self.layout,
            "time_zone": self.time_zone,
            "descriptions": self.descriptions,
            "names": self.names,
            "types": self.types,
        }
        return {name: str(value) for name, value in chosen.items() if value is not None}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the options that `to_json` wrote."""
        kinds = {"descriptions": Descriptions, "names": Names, "types": CellTypes}
        chosen: dict[str, Any] = {
            name: kind(stored[name]) for name, kind in kinds.items() if name in stored
        }
        return cls(layout=Layout(stored["layout"]), time_zone=stored.get("time_zone"), **chosen)
