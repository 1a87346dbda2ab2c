"""Global ids: base64 of "Type:key", as clients of Saleor know them."""

from __future__ import annotations

import base64
import binascii
from typing import Final

# PostgreSQL's numbers have 19 digits at most; DynamoDB refuses keys beyond 1,024 bytes.
_MAX_DIGITS: Final = 38


class InvalidGlobalId(ValueError):
    """The text is not a global id."""


def encode_global_id(type_name: str, key: object) -> str:
    """Return the global id: `encode_global_id("Product", 134)` is "UHJvZHVjdDoxMzQ="."""
    return base64.b64encode(f"{type_name}:{key}".encode()).decode()


def decode_global_id(text: str) -> tuple[str, str]:
    """Return type and key; InvalidGlobalId if the text has none."""
    try:
        # Without `strict_mode`, Python skips foreign characters, and a record would have many ids.
        decoded = binascii.a2b_base64(text, strict_mode=True)
        type_name, separator, key = decoded.decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise InvalidGlobalId(text) from error
    if not separator or not type_name:
        raise InvalidGlobalId(text)
    return type_name, key


def number_of(global_id: str) -> int:
    """Return the record number in a global id; InvalidGlobalId if its key is not a number."""
    _, key = decode_global_id(global_id)
    # `isdigit` alone accepts digits of other scripts and superscripts, which `int` refuses.
    if not (key.isascii() and key.isdigit()):
        raise InvalidGlobalId(global_id)
    return int(key)


def is_export_key(key: str) -> bool:
    """Return whether this can be the key of an export: a UUID, or a number as Saleor's have.

    A number finds no export here. It is accepted so that the answer is "not found".
    """
    compact = key.replace("-", "")
    if key.isdigit():
        return len(key) <= _MAX_DIGITS
    return len(compact) == 32 and all(
        character in "0123456789abcdefABCDEF" for character in compact
    )
