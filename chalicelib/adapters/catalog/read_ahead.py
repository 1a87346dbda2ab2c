"""Read the parts of a catalogue in order, a few of them ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from chalicelib.adapters.catalog.lean_dynamodb import PAGES_AHEAD

Part = TypeVar("Part")
Read = TypeVar("Read")
Page = TypeVar("Page")


def read_ahead(
    read: Callable[[Part], Read],
    parts: Sequence[Part],
    decode: Callable[[Read], Iterator[Page]],
) -> Iterator[Page]:
    """Yield the decoded pages of all parts in order, while the next parts are being read."""
    # Threads cost a small export more than they save.
    if len(parts) == 1:
        yield from decode(read(parts[0]))
        return
    under_way: deque[Future[Read]] = deque()
    with ThreadPoolExecutor(PAGES_AHEAD) as threads:
        # A consumer that stops early waits for the reads under way: no more than there are threads.
        for part in parts:
            under_way.append(threads.submit(read, part))
            if len(under_way) == PAGES_AHEAD:
                yield from decode(under_way.popleft().result())
        while under_way:
            yield from decode(under_way.popleft().result())
