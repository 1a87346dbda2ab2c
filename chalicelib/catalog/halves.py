"""Cut documents into lists of few enough bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def in_halves(documents: Sequence[bytes], most_bytes: int) -> Iterator[Sequence[bytes]]:
    """Yield the documents in halves, and halves of these, until each has few enough bytes.

    A document that is larger comes by itself.
    """
    if len(documents) > 1 and sum(map(len, documents)) > most_bytes:
        middle = len(documents) // 2
        yield from in_halves(documents[:middle], most_bytes)
        yield from in_halves(documents[middle:], most_bytes)
    else:
        yield documents
