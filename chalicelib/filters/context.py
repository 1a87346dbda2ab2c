"""What a filter knows beside the document it looks at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.errors import CatalogIncomplete

Document = Mapping[str, Any]
Predicate = Callable[[Document], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterContext:
    """`now` decides what is published or over; `channel` is the slug that channel filters look at."""

    now: datetime
    dictionaries: Dictionaries
    channel: str = ""


def with_facts(product: Document) -> Document:
    """A product's whole document with facts beside cells, those of variants too; CatalogIncomplete without any."""
    facts = product.get("facts")
    if facts is None:
        raise CatalogIncomplete(
            f"{product.get('name')} has nothing for filters. Load the catalogue again."
        )
    variants = zip(product.get("variants", ()), facts.get("variants", ()), strict=True)
    return {**product, **facts, "variants": [{**variant, **more} for variant, more in variants]}


def everything(document: Document) -> bool:
    """The predicate of a condition that was not given."""
    return True


def nothing(document: Document) -> bool:
    """The predicate of a condition that no document can meet."""
    return False


def all_of(predicates: list[Predicate]) -> Predicate:
    """The conjunction; `everything` conditions cost nothing."""
    wanted = [predicate for predicate in predicates if predicate is not everything]
    if not wanted:
        return everything
    if len(wanted) == 1:
        return wanted[0]
    return lambda document: all(predicate(document) for predicate in wanted)
