"""Checks of global ids in requests. The messages are Saleor's."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.domain.global_id import InvalidGlobalId, decode_global_id
from chalicelib.errors import RequestRefused
from chalicelib.words.text import join, say

# The keys of all other types are numbers.
_UUID_TYPES = frozenset({"Warehouse", "VoucherCode"})
_UUID_DIGITS = 32
# Saleor numbers records with 64 bits.
_MAX_DIGITS = 18


def check_ids(ids: Iterable[str], *type_names: str, field: str) -> None:
    """Raise RequestRefused unless every id has one of these types and a possible key."""
    malformed = [global_id for global_id in ids if not _has_type(global_id, type_names, field)]
    if malformed:
        raise _refused(
            say(
                "Could not resolve to a node with the global id list of '{ids}'.",
                ids=str(malformed),
            ),
            field,
        )


def _has_type(global_id: str, type_names: tuple[str, ...], field: str) -> bool:
    """Return whether the id is well-formed; raise RequestRefused if its type is another one."""
    try:
        type_name, key = decode_global_id(global_id)
    except InvalidGlobalId:
        return False
    if type_name not in type_names:
        types = join(say(" or "), type_names)
        message = say("Must receive {types} id: {global_id}.", types=types, global_id=global_id)
        raise _refused(message, field)
    return is_key(type_name, key)


def _refused(message: str, field: str) -> RequestRefused:
    return RequestRefused(message, field=field, code="GRAPHQL_ERROR")


def is_id(global_id: str, type_name: str) -> bool:
    """Return whether the text is a global id of this type."""
    try:
        found, key = decode_global_id(global_id)
    except InvalidGlobalId:
        return False
    return found == type_name and is_key(found, key)


def is_key(type_name: str, key: str) -> bool:
    """Return whether the key of a global id can belong to a record of this type."""
    if type_name in _UUID_TYPES:
        digits = key.replace("-", "")
        return len(digits) == _UUID_DIGITS and all(
            digit in "0123456789abcdefABCDEF" for digit in digits
        )
    return key.isascii() and key.isdigit() and len(key) <= _MAX_DIGITS
