"""The stored form of a document: compressed JSON, so that standard tools can read it.

The first byte names the codec: 0x1f begins gzip, 0x78 zlib, which is 12 bytes shorter. Another
codec can follow without a migration.

A text in zlib may refer to texts that stand before it: its preset (RFC 1950, "preset dictionary").
Such a stream says so in its second byte, and names the preset by its checksum.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any, Final

from isal import isal_zlib

_GZIP: Final = 0x1F
_ZLIB: Final = 0x78
_GZIP_WINDOW: Final = 31
ZLIB_WINDOW: Final = 15
_WINDOWS: Final = {_GZIP: _GZIP_WINDOW, _ZLIB: ZLIB_WINDOW}
# A bit of the second byte of zlib; the number of the preset follows.
_HAS_PRESET: Final = 0x20
_PRESET_NUMBER: Final = slice(2, 6)
SMALL_BYTES: Final = 16_384
# The stub of isal declares the class as an instance.
_DAMAGED: Final[type[Exception]] = isal_zlib.error  # type: ignore[assignment]
# Half a surrogate pair is not a text: no file could be encoded with it.
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def encode_document(
    document: Mapping[str, Any], *, small_bytes: int = SMALL_BYTES, preset: bytes = b""
) -> bytes:
    """Return the stored form of a document. Equal documents have equal bytes.

    A document of up to 16 KB refers to the preset if one is given. ValueError if a number is NaN or
    infinite.
    """
    raw = to_json(document)
    # A longer text repeats itself more than it repeats a preset.
    if preset and len(raw) <= SMALL_BYTES:
        return deflate(raw, ZLIB_WINDOW, small_bytes, preset)
    return deflate(raw, small_bytes=small_bytes)


def to_json(document: Any) -> bytes:
    """Return a document as JSON without spaces; ValueError if a number is NaN or infinite."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode()
    except UnicodeEncodeError:
        return "".join(_REPLACEMENT if "\ud800" <= c <= "\udfff" else c for c in text).encode()


def deflate(
    raw: bytes, window: int = _GZIP_WINDOW, small_bytes: int = SMALL_BYTES, preset: bytes = b""
) -> bytes:
    """Return the stored form of JSON."""
    # Reading code tables takes half of the time to inflate a small text. With fixed tables it is
    # a seventh larger.
    strategy = zlib.Z_FIXED if len(raw) <= small_bytes else zlib.Z_DEFAULT_STRATEGY
    settings = (9, zlib.DEFLATED, window, 9, strategy)
    deflater = zlib.compressobj(*settings, preset) if preset else zlib.compressobj(*settings)
    return deflater.compress(raw) + deflater.flush()


def preset_number(preset: bytes) -> int:
    """Return the number by which documents name a preset."""
    return zlib.adler32(preset)


def find_preset_number(stored: bytes) -> int | None:
    """Return the number of the preset that a document refers to, None without one."""
    if stored[:1] != b"\x78" or not stored[1:2] or not stored[1] & _HAS_PRESET:
        return None
    return int.from_bytes(stored[_PRESET_NUMBER])


def decode_document(stored: bytes, preset: bytes = b"") -> bytes:
    """Return the JSON of a document, which may refer to a preset.

    ValueError for an unknown codec or damaged data.
    """
    window = _WINDOWS.get(stored[0]) if stored else None
    if window is None:
        raise ValueError(f"unknown codec {stored[:1]!r}")
    try:
        if preset:
            return _inflate(stored, preset)
        inflated: bytes = isal_zlib.decompress(stored, window)
        return inflated
    except _DAMAGED as error:
        raise ValueError(f"damaged document: {error}") from error


def _inflate(stored: bytes, preset: bytes) -> bytes:
    inflater = isal_zlib.decompressobj(ZLIB_WINDOW, preset)
    inflated: bytes = inflater.decompress(stored)
    # Unlike `decompress`, the object takes a cut text for one that goes on later.
    if not inflater.eof:
        raise ValueError("damaged document: it is cut")
    return inflated
