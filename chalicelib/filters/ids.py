"""Global ids in requests: what they must be, and Saleor's words when they are not."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.domain.global_id import InvalidGlobalId, decode_global_id
from chalicelib.errors import RequestRefused

# All other types are named by numbers.
_NAMED_BY_UUID = frozenset({"Warehouse", "VoucherCode"})
_MAX_DIGITS = 18


def check_ids(ids: Iterable[str], *type_names: str, field: str) -> None:
    """RequestRefused unless all are ids of one of these types."""
    malformed = []
    for one in ids:
        try:
            found, key = decode_global_id(one)
        except InvalidGlobalId:
            malformed.append(one)
            continue
        if found not in type_names:
            message = f"Must receive {' or '.join(type_names)} id: {one}."
            raise RequestRefused(message, field=field, code="GRAPHQL_ERROR")
        if not is_key(found, key):
            malformed.append(one)
    if malformed:
        message = f"Could not resolve to a node with the global id list of '{malformed}'."
        raise RequestRefused(message, field=field, code="GRAPHQL_ERROR")


def is_id(global_id: str, type_name: str) -> bool:
    """Whether this is an id of that type."""
    try:
        found, key = decode_global_id(global_id)
    except InvalidGlobalId:
        return False
    return found == type_name and is_key(found, key)


def is_key(type_name: str, key: str) -> bool:
    """Whether the key of a global id may name something of this type."""
    if type_name in _NAMED_BY_UUID:
        compact = key.replace("-", "")
        return len(compact) == 32 and all(
            character in "0123456789abcdefABCDEF" for character in compact
        )
    return key.isascii() and key.isdigit() and len(key) <= _MAX_DIGITS
