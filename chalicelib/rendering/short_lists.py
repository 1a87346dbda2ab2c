"""Cut pages of documents into short lists, so that a caller can look at the clock in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def short_lists(pages: Iterable[list[bytes]], size: int) -> Iterator[list[bytes]]:
    """Yield the documents in lists of `size`; a page ends with a shorter one."""
    for page in pages:
        for start in range(0, len(page), size):
            yield page[start : start + size]
