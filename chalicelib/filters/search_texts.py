"""The texts of a product that a search looks at.

Source: `behaviour.md`, and Saleor's search vector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.catalog.kinds import key_of
from chalicelib.catalog.rich_text import plain_text
from chalicelib.filters.attribute_values import moment_of
from chalicelib.filters.context import Document
from chalicelib.filters.references import Value

# The texts of one attribute, from its values and its cell.
Read = Callable[[Iterable[Value], str], Iterator[str]]


def searched_attributes(dictionaries: Dictionaries) -> Mapping[str, Read]:
    """Return, by key, how to read the searched texts of each attribute."""
    reads = {
        key_of(attribute["id"]): _READS.get(attribute["input_type"], _nothing)
        for attribute in dictionaries.all("attributes")
    }
    return dictionaries.known("attributes", reads, absent=_nothing)


def product_texts(product: Document, searched: Mapping[str, Read]) -> Iterator[str]:
    """Yield the searched texts of a whole product document.

    Category, collections and product type are not searched.
    """
    yield product.get("name", "")
    description = product.get("description", "null")
    # `null` is the cell of a product without a description.
    yield plain_text(description) if description != "null" else ""
    yield from _attribute_texts(product, searched)
    for variant in product.get("variants", ()):
        yield variant.get("sku", "")
        yield variant.get("name", "")
        yield from _attribute_texts(variant, searched)


def _attribute_texts(holder: Mapping[str, Any], searched: Mapping[str, Read]) -> Iterator[str]:
    cells = holder.get("attributes", {})
    for key, values in (holder.get("values") or {}).items():
        yield from searched[key](values, cells.get(key, ""))


def _nothing(values: Iterable[Value], cell: str) -> Iterator[str]:
    yield from ()


def _cell(values: Iterable[Value], cell: str) -> Iterator[str]:
    yield cell


def _plain_texts(values: Iterable[Value], cell: str) -> Iterator[str]:
    """Yield whole plain texts; the cell and the value's name are cut."""
    for value in values:
        yield value.get("plain_text", value["name"])


def _times(values: Iterable[Value], cell: str) -> Iterator[str]:
    """Yield dates and date-times as Saleor indexes them: UTC, to the second, a date at midnight."""
    for value in values:
        found = moment_of(value)
        if found is not None:
            yield f"{found:%Y-%m-%d %H:%M:%S}"


def _page_titles(values: Iterable[Value], cell: str) -> Iterator[str]:
    """Yield the titles of referenced pages; other references are not searched."""
    for value in values:
        if value.get("reference", "").startswith("Page_"):
            yield value["name"]


_READS: Final[Mapping[str, Read]] = {
    "DROPDOWN": _cell,
    "MULTISELECT": _cell,
    "RICH_TEXT": _cell,
    "PLAIN_TEXT": _plain_texts,
    "NUMERIC": _cell,
    "DATE": _times,
    "DATE_TIME": _times,
    "REFERENCE": _page_titles,
    "SINGLE_REFERENCE": _page_titles,
}
