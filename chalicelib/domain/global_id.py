"""Global ids: base64 of "Type:key", as GraphQL clients of Saleor know them."""

from __future__ import annotations

import base64
import binascii


class InvalidGlobalId(ValueError):
    """The text is no global id."""


def encode_global_id(type_name: str, key: object) -> str:
    """`encode_global_id("Product", 134)` is "UHJvZHVjdDoxMzQ="."""
    return base64.b64encode(f"{type_name}:{key}".encode()).decode()


def decode_global_id(text: str) -> tuple[str, str]:
    """The type and the key; InvalidGlobalId when there are none."""
    try:
        type_name, separator, key = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise InvalidGlobalId(text) from error
    if not separator or not type_name:
        raise InvalidGlobalId(text)
    return type_name, key


def number_of(global_id: str) -> int:
    """The record number in a global id whose key is one; InvalidGlobalId otherwise."""
    _, key = decode_global_id(global_id)
    if not (key.isascii() and key.isdigit()):
        raise InvalidGlobalId(global_id)
    return int(key)


# A database numbers with 19; DynamoDB takes no key beyond 1,024 bytes.
_MAX_DIGITS = 38


def is_export_key(key: str) -> bool:
    """Whether this may be the key of an export: a UUID, or one of Saleor's numbers, which are unknown here."""
    compact = key.replace("-", "")
    if key.isdigit():
        return len(key) <= _MAX_DIGITS
    return len(compact) == 32 and all(
        character in "0123456789abcdefABCDEF" for character in compact
    )
