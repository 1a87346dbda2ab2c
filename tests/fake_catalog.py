"""A fake of the `CatalogSource`: the same promises, kept in memory."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.adapters.catalog.document_codec import to_json
from chalicelib.catalog.column_block import make_block
from chalicelib.catalog.kinds import has_blocks
from chalicelib.catalog.versions import version_of
from chalicelib.domain.block import Block, Page
from chalicelib.domain.depth import Depth
from chalicelib.domain.segment import Bucket, BucketRange, bucket_of
from chalicelib.errors import CatalogIncomplete, CatalogOutdated


class FakeCatalogSource:
    """A catalogue of documents by shop, kind and number."""

    def __init__(self, page_size: int = 100) -> None:
        self.records: dict[tuple[str, str], dict[int, bytes]] = defaultdict(dict)
        # A record that a test damages has no other parts.
        self.parts: dict[tuple[str, str, int, bytes], dict[Depth, bytes]] = {}
        self.directory: dict[tuple[str, str], dict[int, int]] = defaultdict(
            lambda: defaultdict(int)
        )
        self.page_size = page_size
        # The version of all documents.
        self.version = version_of("products")

    def add(
        self, kind: str, number: int, document: Mapping[str, Any], *, shop: str = "default"
    ) -> None:
        """Keep a document and count it in the directory."""
        cells = {name: value for name, value in document.items() if name != "facts"}
        self.records[shop, kind][number] = stored = to_json(cells)
        self.parts[shop, kind, number, stored] = {Depth.WHOLE: to_json(document)}
        self.directory[shop, kind][bucket_of(number)] += 1

    def lose(self, kind: str, number: int, *, shop: str = "default") -> None:
        """Take a document away that the directory goes on to promise."""
        del self.records[shop, kind][number]

    def find_buckets(
        self, shop: str, kind: str, within: BucketRange | None = None
    ) -> tuple[Bucket, ...]:
        first, last = within or (0, max(self.directory[shop, kind], default=0))
        return tuple(
            Bucket(number, count)
            for number, count in sorted(self.directory[shop, kind].items())
            if first <= number <= last
        )

    def cut_buckets(self, shop: str, kind: str, records: int) -> tuple[Bucket, ...]:
        return self.find_buckets(shop, kind)

    def read_buckets(
        self,
        shop: str,
        kind: str,
        buckets: Sequence[Bucket],
        *,
        depth: Depth = Depth.DOCUMENT,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        for bucket in buckets:
            first, last = bucket.first_number, bucket.last_number
            numbers = [n for n in sorted(self.records[shop, kind]) if first <= n <= last]
            if len(numbers) < bucket.records:
                raise CatalogIncomplete("The catalogue holds fewer records than it says.")
            self._check(kind, numbers, since)
            yield from self._pages(shop, kind, numbers, depth)

    def read_blocks(
        self,
        shop: str,
        kind: str,
        buckets: Sequence[Bucket],
        groups: Collection[str],
        *,
        since: int = 0,
    ) -> Iterator[Page]:
        for page in self.read_buckets(shop, kind, buckets, since=since):
            yield _blocked(page, groups) if has_blocks(kind) else page

    def read_numbers(
        self,
        shop: str,
        kind: str,
        numbers: Sequence[int],
        *,
        depth: Depth = Depth.DOCUMENT,
        since: int = 0,
    ) -> Iterator[list[bytes]]:
        found = [number for number in numbers if number in self.records[shop, kind]]
        self._check(kind, found, since)
        yield from self._pages(shop, kind, found, depth)

    def find_dictionary(
        self, shop: str, kind: str, *, since: int = 0
    ) -> tuple[dict[str, Any], ...]:
        self._check(kind, self.records[shop, kind], since)
        return tuple(
            json.loads(document) for _, document in sorted(self.records[shop, kind].items())
        )

    def _check(self, kind: str, numbers: Collection[int], since: int) -> None:
        if numbers and self.version < since:
            raise CatalogOutdated(f"The {kind} are outdated. Load them again.")

    def _pages(
        self, shop: str, kind: str, numbers: Sequence[int], depth: Depth
    ) -> Iterator[list[bytes]]:
        for start in range(0, len(numbers), self.page_size):
            yield [
                self._document(shop, kind, number, depth)
                for number in numbers[start : start + self.page_size]
            ]

    def _document(self, shop: str, kind: str, number: int, depth: Depth) -> bytes:
        document = self.records[shop, kind][number]
        return self.parts.get((shop, kind, number, document), {}).get(depth, document)


def _blocked(page: list[bytes], groups: Collection[str]) -> Page:
    try:
        block = make_block([json.loads(document) for document in page])
    except ValueError:
        return page
    return Block(len(page), {name: to_json(block[name]) for name in groups if name in block})
