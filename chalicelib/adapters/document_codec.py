"""The stored form of a document: compressed JSON, so that standard tools can read it.

The first byte names the codec: 0x1f begins gzip, 0x78 zlib, which is 12 bytes shorter. Another
codec can follow without a migration.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from isal import isal_zlib

_GZIP: Final = 0x1F
_ZLIB: Final = 0x78
_GZIP_WINDOW: Final = 31
_ZLIB_WINDOW: Final = 15
_WINDOWS: Final = {_GZIP: _GZIP_WINDOW, _ZLIB: _ZLIB_WINDOW}
SMALL_BYTES: Final = 16_384
# The stub of isal declares the class as an instance.
_DAMAGED: Final[type[Exception]] = isal_zlib.error  # type: ignore[assignment]
# Half a surrogate pair is not a text: no file could be encoded with it.
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def encode_document(document: Mapping[str, Any], *, small_bytes: int = SMALL_BYTES) -> bytes:
    """Return the stored form of a document. Equal documents have equal bytes.

    ValueError if a number is NaN or infinite.
    """
    return deflate(to_json(document), small_bytes=small_bytes)


def encode_core(core: Sequence[Any]) -> bytes:
    """Return the stored form of the core of a record."""
    return deflate(to_json(core), _ZLIB_WINDOW)


def to_json(document: Any) -> bytes:
    """Return a document as JSON without spaces; ValueError if a number is NaN or infinite."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return "".join(_REPLACEMENT if "\ud800" <= c <= "\udfff" else c for c in text).encode()


def deflate(raw: bytes, window: int = _GZIP_WINDOW, small_bytes: int = SMALL_BYTES) -> bytes:
    """Return the stored form of JSON."""
    # Reading code tables takes half of the time to inflate a small text. With fixed tables it is
    # a seventh larger.
    strategy = zlib.Z_FIXED if len(raw) <= small_bytes else zlib.Z_DEFAULT_STRATEGY
    deflater = zlib.compressobj(9, zlib.DEFLATED, window, 9, strategy)
    return deflater.compress(raw) + deflater.flush()


def decode_document(stored: bytes) -> bytes:
    """Return the JSON of a document; ValueError for an unknown codec or damaged data."""
    window = _WINDOWS.get(stored[0]) if stored else None
    if window is None:
        raise ValueError(f"unknown codec {stored[:1]!r}")
    try:
        inflated: bytes = isal_zlib.decompress(stored, window)
        return inflated
    except _DAMAGED as error:
        raise ValueError(f"damaged document: {error}") from error
