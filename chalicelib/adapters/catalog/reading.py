"""A read of one kind of the catalogue table: its attributes, and the versions it accepts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chalicelib.adapters.catalog.item import FACTS
from chalicelib.adapters.catalog.lean_dynamodb import LeanItem, LeanNumber
from chalicelib.catalog.kinds import family_of
from chalicelib.domain.depth import Depth
from chalicelib.domain.segment import Bucket
from chalicelib.errors import CatalogIncomplete, CatalogOutdated
from chalicelib.words.text import say

_NAMES: Final = {
    Depth.DOCUMENT: ("document",),
    Depth.WHOLE: ("document", FACTS),
}


@dataclass(frozen=True, slots=True)
class CatalogReading:
    """The attributes to read of a kind. `since` is the oldest version that is accepted."""

    shop: str
    kind: str
    depth: Depth
    since: int

    @property
    def names(self) -> tuple[str, ...]:
        """Return the attributes to read of a record."""
        # The attributes for people are a fifth of a page, so only the others are read.
        return ("number", *_NAMES[self.depth], *(("version",) if self.since else ()))

    def check(self, items: list[LeanItem]) -> list[LeanItem]:
        """Return the items; CatalogOutdated if one is older than `since`."""
        if self.since and any(int_of(item.version) < self.since for item in items):
            raise CatalogOutdated(
                say(
                    "The {kind} in the catalogue were stored by an older version of Waybill and "
                    "lack facts that this export needs. Load the {kind} again, then export again.",
                    kind=say(family_of(self.kind).replace("_", " ")),
                )
            )
        return items

    def incomplete(self, bucket: Bucket, found: int, promised: int) -> CatalogIncomplete:
        """Return the error about a bucket of which fewer records were found than promised."""
        return CatalogIncomplete(
            say(
                "The catalogue holds {found} of {promised} records in bucket {bucket} of {kind}. "
                "Load the catalogue again, then export again.",
                found=found,
                promised=promised,
                bucket=bucket.number,
                kind=self.kind,
            )
        )


def int_of(number: LeanNumber | None) -> int:
    """Return a number, 0 for None."""
    return int(number.N) if number else 0
