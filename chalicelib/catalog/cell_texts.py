"""How single values are written in a cell. Source of every rule: behaviour of Saleor 3.23's exports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from chalicelib.catalog.rich_text import plain_text
from chalicelib.domain.global_id import decode_global_id

# What Saleor leaves unencoded in the path of a media URL.
_URL_SAFE = "/#%[]=:;$&()+,!?*@'~"
GRAMS_PER_UNIT: Mapping[str, float] = {
    "KG": 1000,
    "G": 1,
    "LB": 453.59237,
    "OZ": 28.349523125,
    "TONNE": 1_000_000,
}


def date_time_text(value: str | None) -> str:
    """`2023-03-04 03:06:00.123456+00:00` in UTC, without a fraction when it is zero; "" for None."""
    return str(datetime.fromisoformat(value).astimezone(UTC)) if value else ""


def decimal_text(money: Mapping[str, Any] | None) -> str:
    """The amount with three places; "" when there is none."""
    return "" if money is None or money["amount"] is None else f"{money['amount']:.3f}"


def weight_text(weight: Mapping[str, Any] | None) -> str:
    """`1250 g`, whatever unit the shop shows; "" for None."""
    if weight is None:
        return ""
    return f"{round(weight['value'] * GRAMS_PER_UNIT[weight['unit'].upper()])} g"


def url_text(url: str) -> str:
    """The URL with blanks and non-ASCII percent-encoded and nothing else."""
    return quote(unquote(url), safe=_URL_SAFE)


def set_text(values: Iterable[str]) -> str:
    """Several values in one cell: each once, sorted by code point, joined by a comma and a blank."""
    return ", ".join(sorted(set(values)))


def attribute_value_text(attribute: Mapping[str, Any], value: Mapping[str, Any]) -> str:
    """One value of an attribute; the rule depends on the attribute's input type."""
    write = _ATTRIBUTE_TEXTS.get(attribute["inputType"], _no_text)
    text = write(attribute, value)
    return text if text is not None else value["name"] or value["slug"] or ""


def _no_text(attribute: Mapping[str, Any], value: Mapping[str, Any]) -> str | None:
    return None


def _file_text(attribute: Mapping[str, Any], value: Mapping[str, Any]) -> str:
    return url_text(value["file"]["url"]) if value["file"] else ""


def _reference_text(attribute: Mapping[str, Any], value: Mapping[str, Any]) -> str | None:
    return "_".join(decode_global_id(value["reference"])) if value["reference"] else None


def _numeric_text(attribute: Mapping[str, Any], value: Mapping[str, Any]) -> str:
    return f"{value['name']} {attribute['unit'].lower()}" if attribute["unit"] else value["name"]


def _rich_text(attribute: Mapping[str, Any], value: Mapping[str, Any]) -> str:
    return plain_text(value["richText"]) if value["richText"] else ""


def _boolean_text(attribute: Mapping[str, Any], value: Mapping[str, Any]) -> str | None:
    return None if value["boolean"] is None else str(value["boolean"])


def _date_text(attribute: Mapping[str, Any], value: Mapping[str, Any]) -> str | None:
    date: str | None = value["date"]
    return date


def _date_time_text(attribute: Mapping[str, Any], value: Mapping[str, Any]) -> str | None:
    return date_time_text(value["dateTime"]) or None


def _swatch_text(attribute: Mapping[str, Any], value: Mapping[str, Any]) -> str:
    return url_text(value["file"]["url"]) if value["file"] else value["value"] or ""


_ATTRIBUTE_TEXTS = {
    "FILE": _file_text,
    "REFERENCE": _reference_text,
    "NUMERIC": _numeric_text,
    "RICH_TEXT": _rich_text,
    "BOOLEAN": _boolean_text,
    "DATE": _date_text,
    "DATE_TIME": _date_time_text,
    "SWATCH": _swatch_text,
}
