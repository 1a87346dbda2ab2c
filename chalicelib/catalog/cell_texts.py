"""The texts of cells. The rules are those of Saleor 3.23's exports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import quote, unquote

from chalicelib.catalog.nodes import Money
from chalicelib.catalog.product_nodes import (
    AssignedAttribute,
    Assignment,
    AttributeValue,
    File,
    Media,
    Weight,
)
from chalicelib.catalog.rich_text import plain_text

# Saleor leaves these characters unencoded in the path of a media URL.
_URL_SAFE: Final = "/#%[]=:;$&()+,!?*@'~"
_GRAMS_PER_UNIT: Final[Mapping[str, Decimal]] = {
    "KG": Decimal(1000),
    "G": Decimal(1),
    "LB": Decimal("453.59237"),
    "OZ": Decimal("28.349523125"),
    "TONNE": Decimal(1_000_000),
}
_MILLIGRAM: Final = Decimal("0.001")


def money_text(money: Money | None) -> str:
    """Return the amount with three places, "" for None."""
    # Adding 0.0 turns a negative zero into zero.
    return "" if money is None else f"{money.amount + 0.0:.3f}"


def weight_text(weight: Weight | None) -> str:
    """Return grams to a thousandth, without trailing zeros: `1250 g`, `453.592 g`. "" for None."""
    if weight is None:
        return ""
    # A float would turn 0.0012 kg into 1.2 g or 1.1999999999999997 g, by chance.
    grams = Decimal(repr(weight.value)) * _GRAMS_PER_UNIT[weight.unit]
    text = f"{grams.quantize(_MILLIGRAM):f}".rstrip("0").rstrip(".")
    return f"{text} g"


def url_text(url: str) -> str:
    """Return the URL with blanks and non-ASCII characters percent-encoded, and nothing else."""
    return quote(unquote(url), safe=_URL_SAFE)


def media_text(media: Iterable[Media]) -> str:
    """Return the URLs of the images. A video has no file in the shop."""
    return set_text(url_text(item.url) for item in media if item.type == "IMAGE")


def set_text(values: Iterable[str]) -> str:
    """Return several values as one cell: each once, sorted by code point, joined by `, `."""
    return ", ".join(sorted(set(values)))


def attribute_text(assignment: Assignment) -> str:
    """Return the cell of an attribute with all its values."""
    return set_text(value_text(assignment.attribute, value) for value in assignment.values)


def value_text(attribute: AssignedAttribute, value: AttributeValue) -> str:
    """Return the text of one value. The attribute's input type decides the rule."""
    write = _VALUE_TEXTS.get(attribute.input_type, _name_text)
    return write(attribute, value)


def _name_text(attribute: AssignedAttribute, value: AttributeValue) -> str:
    return value.name or value.slug or ""


def _file_text(attribute: AssignedAttribute, value: AttributeValue) -> str:
    return _url_of(value.file)


def _reference_text(attribute: AssignedAttribute, value: AttributeValue) -> str:
    return value.reference.reference if value.reference else ""


def _numeric_text(attribute: AssignedAttribute, value: AttributeValue) -> str:
    """Return the number as it was typed, with its unit."""
    return f"{value.name} {attribute.unit.lower()}" if attribute.unit else value.name or ""


def _rich_text(attribute: AssignedAttribute, value: AttributeValue) -> str:
    return plain_text(value.rich_text) if value.rich_text else ""


def _boolean_text(attribute: AssignedAttribute, value: AttributeValue) -> str:
    return "" if value.boolean is None else str(value.boolean)


def _date_text(attribute: AssignedAttribute, value: AttributeValue) -> str:
    return value.date.isoformat() if value.date else ""


def _date_time_text(attribute: AssignedAttribute, value: AttributeValue) -> str:
    return value.date_time or ""


def _swatch_text(attribute: AssignedAttribute, value: AttributeValue) -> str:
    return _url_of(value.file) or value.value or ""


def _url_of(file: File | None) -> str:
    return url_text(file.url) if file else ""


_VALUE_TEXTS: Final[Mapping[str, Callable[[AssignedAttribute, AttributeValue], str]]] = {
    "FILE": _file_text,
    "REFERENCE": _reference_text,
    "NUMERIC": _numeric_text,
    "RICH_TEXT": _rich_text,
    "BOOLEAN": _boolean_text,
    "DATE": _date_text,
    "DATE_TIME": _date_time_text,
    "SWATCH": _swatch_text,
}
