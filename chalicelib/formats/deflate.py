"""Raw deflate blocks (RFC 1951) that can be put one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from isal import isal_zlib

# isal's level 1 takes a quarter of the time of zlib's level 1 for the same size.
LEVEL: Final = 1
_RAW_WINDOW: Final = -15
# An empty last block with fixed codes.
LAST_BLOCK: Final = b"\x03\x00"


def deflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the chunks as blocks that end on a byte and refer to nothing before them.

    None of the blocks is the last one of a stream: end it with LAST_BLOCK.
    """
    compressor = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, _RAW_WINDOW)
    for chunk in chunks:
        yield compressor.compress(chunk)
    yield compressor.flush(isal_zlib.Z_SYNC_FLUSH)
