"""The types that all filters share, and the context a predicate is built with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.errors import CatalogIncomplete
from chalicelib.words.text import say

Document = Mapping[str, Any]
Predicate = Callable[[Document], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterContext:
    """Everything a filter needs besides the document.

    `now` decides which products are published and which preorders have ended. `channel` is the
    key of the channel that channel filters look at, "" for none.
    """

    now: datetime
    dictionaries: Dictionaries
    channel: str = ""


def with_facts(product: Document) -> Document:
    """Return a product's document with its facts merged in, and those of its variants.

    Raise CatalogIncomplete if the document has no facts.
    """
    facts = product.get("facts")
    if facts is None:
        raise CatalogIncomplete(
            say(
                "{name} was loaded without the values that filters need. Load the catalogue again.",
                name=product.get("name"),
            )
        )
    variants = zip(product.get("variants", ()), facts.get("variants", ()), strict=True)
    return {**product, **facts, "variants": [{**variant, **more} for variant, more in variants]}


def everything(document: Document) -> bool:
    """Admit every document: the predicate of a condition that was not given."""
    return True


def nothing(document: Document) -> bool:
    """Admit no document: the predicate of a condition that cannot be met."""
    return False


def all_of(predicates: list[Predicate]) -> Predicate:
    """Return a predicate that admits a document if all predicates do."""
    # One call per condition and document is the cost of a filter: skip those that admit everything.
    needed = [predicate for predicate in predicates if predicate is not everything]
    if not needed:
        return everything
    if len(needed) == 1:
        return needed[0]
    return lambda document: all(predicate(document) for predicate in needed)
