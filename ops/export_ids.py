"""The id of an export, as people give it: a global id, or its key."""

from __future__ import annotations

from chalicelib.domain.global_id import (
    InvalidGlobalId,
    decode_global_id,
    encode_global_id,
    is_export_key,
)
from chalicelib.errors import NotFound


def export_key(given: str) -> str:
    """Return the key of an export, given its global id or that; NotFound for other words."""
    try:
        type_name, key = decode_global_id(given)
    except InvalidGlobalId:
        type_name, key = "ExportFile", given
    # The service would name the global id that it got, which the person has not typed.
    if type_name != "ExportFile" or not is_export_key(key):
        raise NotFound(
            f"{given or 'An empty text'} is not the id of an export. "
            "List them with: python -m ops exports list"
        )
    return key


def global_id_of(given: str) -> str:
    """Return the global id of an export, given that or its key; NotFound for other words."""
    return encode_global_id("ExportFile", export_key(given))
