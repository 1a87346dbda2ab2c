"""The port to the records of a shop."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, Protocol

from chalicelib.domain.block import Page
from chalicelib.domain.depth import Depth
from chalicelib.domain.segment import Bucket, BucketRange


class CatalogSource(Protocol):
    """The catalogue of a shop, by kind. Documents are JSON bytes; their shape belongs to the kind.

    The documents of products are read to a `depth`: their core, or without or with the facts that
    few exports read (`facts` in a document). CatalogOutdated if a document is of a version before
    `since`.
    """

    def find_buckets(
        self, shop: str, kind: str, within: BucketRange | None = None
    ) -> tuple[Bucket, ...]:
        """Return the directory: every bucket that holds records, or its slices, by number.

        With `within`, buckets of other numbers are left out. An unknown kind has none.
        """

    def cut_buckets(self, shop: str, kind: str, records: int) -> tuple[Bucket, ...]:
        """Return the buckets for a plan, of about `records` records where the source can cut.

        Those of a connected shop get fixed bounds: what is created later is not in them.
        """

    def read_buckets(
        self,
        shop: str,
        kind: str,
        buckets: Sequence[Bucket],
        *,
        depth: Depth = Depth.DOCUMENT,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        """Yield pages of documents in the order of record numbers.

        CatalogIncomplete if a bucket holds fewer records than it promises, Unavailable if a page
        cannot be read. The result is never shorter.
        """

    def read_blocks(
        self,
        shop: str,
        kind: str,
        buckets: Sequence[Bucket],
        groups: Collection[str],
        *,
        since: int = 0,
    ) -> Iterator[Page]:
        """Yield blocks with these groups of columns in the order of record numbers.

        Documents stand where the source has no blocks. Otherwise as `read_buckets`.
        """

    def read_numbers(
        self,
        shop: str,
        kind: str,
        numbers: Sequence[int],
        *,
        depth: Depth = Depth.DOCUMENT,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        """Yield pages of the documents of these record numbers, in the order given.

        Unknown numbers are left out.
        """

    def find_dictionary(
        self, shop: str, kind: str, *, since: int = 0
    ) -> tuple[dict[str, Any], ...]:
        """Return all documents of a small kind, decoded, by number."""
