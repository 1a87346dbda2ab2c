"""The body of an upload in chunks: joined, it would be in memory twice for a moment."""

from __future__ import annotations

from collections.abc import Sequence
from io import SEEK_CUR, SEEK_END, RawIOBase


class ChunkedBody(RawIOBase):
    """Chunks of bytes as a file that can be read again."""

    def __init__(self, chunks: Sequence[bytes]) -> None:
        super().__init__()
        self.chunks = tuple(chunks)
        self._size = sum(map(len, chunks))
        self._place = 0

    def __len__(self) -> int:
        return self._size

    def readable(self) -> bool:
        """Return that the body can be read."""
        return True

    def seekable(self) -> bool:
        """Return that the body can be read again from any place."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._place

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place and return it."""
        base = {SEEK_CUR: self._place, SEEK_END: self._size}.get(whence, 0)
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with the next bytes, at most to the end of a chunk; return how many."""
        start = self._place
        for chunk in self.chunks:
            if start < len(chunk):
                some = chunk[start : start + len(buffer)]
                buffer[: len(some)] = some
                self._place += len(some)
                return len(some)
            start -= len(chunk)
        return 0


Body = bytes | ChunkedBody


def chunks_of(body: Body) -> Sequence[bytes]:
    """Return the chunks of a body; bytes are one."""
    return body.chunks if isinstance(body, ChunkedBody) else (body,)
