"""Cut pages into short ones, so that a caller can look at the clock in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chalicelib.domain.block import Block, Page


def short_lists(pages: Iterable[Sequence[bytes]], size: int) -> Iterator[Sequence[bytes]]:
    """Yield the documents in lists of `size`; a page ends with a shorter one."""
    for page in pages:
        for start in range(0, len(page), size):
            yield page[start : start + size]


def short_pages(pages: Iterable[Page], size: int) -> Iterator[Page]:
    """Yield documents in lists of `size`, and blocks as they are: none is long."""
    for page in pages:
        if isinstance(page, Block):
            yield page
        else:
            yield from short_lists([page], size)
