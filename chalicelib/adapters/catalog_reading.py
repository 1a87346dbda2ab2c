"""A read of one kind of the catalogue table: its attributes, and the versions it accepts."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.adapters.catalog_item import FACTS
from chalicelib.adapters.lean_dynamodb import LeanItem, LeanNumber
from chalicelib.catalog.kinds import family_of
from chalicelib.errors import CatalogOutdated


@dataclass(frozen=True, slots=True)
class CatalogReading:
    """The attributes to read of a kind. `since` is the oldest version that is accepted."""

    shop: str
    kind: str
    whole: bool
    since: int

    @property
    def names(self) -> tuple[str, ...]:
        """Return the attributes to read of a record."""
        # The attributes for people are a fifth of a page, so only the others are read.
        facts = (FACTS,) if self.whole else ()
        return ("number", "document", *facts, *(("version",) if self.since else ()))

    def check(self, items: list[LeanItem]) -> list[LeanItem]:
        """Return the items; CatalogOutdated if one is older than `since`."""
        if self.since and any(int_of(item.version) < self.since for item in items):
            kind = family_of(self.kind).replace("_", " ")
            raise CatalogOutdated(
                f"The {kind} in the catalogue were stored by an older version of Waybill and lack "
                f"facts that this export needs. Load the {kind} again, then export again."
            )
        return items


def int_of(number: LeanNumber | None) -> int:
    """Return a number, 0 for None."""
    return int(number.N) if number else 0
