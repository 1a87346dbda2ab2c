"""The stored form of a document: JSON in gzip, so that standard tools can read it.

The first byte names the codec: 0x1f begins gzip. Another codec can follow without a migration.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any, Final

from isal import isal_zlib

_GZIP: Final = 0x1F
_GZIP_WINDOW: Final = 31
SMALL_BYTES: Final = 16_384
# The stub of isal declares the class as an instance.
_DAMAGED: Final[type[Exception]] = isal_zlib.error  # type: ignore[assignment]
# Half a surrogate pair is not a text: no file could be encoded with it.
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def encode_document(document: Mapping[str, Any]) -> bytes:
    """Return the stored form of a document. Equal documents have equal bytes.

    ValueError if a number is NaN or infinite.
    """
    return deflate(to_json(document))


def to_json(document: Mapping[str, Any]) -> bytes:
    """Return a document as JSON without spaces; ValueError if a number is NaN or infinite."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return "".join(_REPLACEMENT if "\ud800" <= c <= "\udfff" else c for c in text).encode()


def deflate(raw: bytes) -> bytes:
    """Return the stored form of JSON."""
    # Reading code tables takes half of the time to inflate a small text. With fixed tables it is
    # a seventh larger.
    strategy = zlib.Z_FIXED if len(raw) <= SMALL_BYTES else zlib.Z_DEFAULT_STRATEGY
    deflater = zlib.compressobj(9, zlib.DEFLATED, _GZIP_WINDOW, 9, strategy)
    return deflater.compress(raw) + deflater.flush()


def decode_document(stored: bytes) -> bytes:
    """Return the JSON of a document; ValueError for an unknown codec or damaged data."""
    if not stored or stored[0] != _GZIP:
        raise ValueError(f"unknown codec {stored[:1].hex() or 'of nothing'}")
    try:
        inflated: bytes = isal_zlib.decompress(stored, _GZIP_WINDOW)
        return inflated
    except _DAMAGED as error:
        raise ValueError(f"damaged document: {error}") from error
