"""Read a node strictly, and say in words for people where one is wrong."""

from __future__ import annotations

import json
import re
from typing import Any, Final, TypeVar

import msgspec

from chalicelib.catalog.field_types import read_field

_NodeType = TypeVar("_NodeType")
# msgspec names types of Python. The people who read these messages know JSON.
_WORDS: Final = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
    "date": "a date",
}
# A description can have megabytes, and the message is a line in a terminal.
_MAX_SHOWN: Final = 60


class InvalidNode(ValueError):
    """A node that is not one of its kind. The text names the field and what is wrong with it."""


def read_node(node_type: type[_NodeType], plain: Any) -> _NodeType:
    """Return the node of this type from plain JSON values; InvalidNode if it is not one."""
    try:
        return msgspec.convert(plain, node_type, dec_hook=read_field)
    except msgspec.ValidationError as error:
        raise InvalidNode(_explain(str(error), plain)) from error


def _explain(message: str, plain: Any) -> str:
    """Return msgspec's message as `variants[0].sku: must be a text or null, got 7`."""
    said, _, path = message.partition(" - at `$")
    path = path.rstrip("`").removeprefix(".")
    missing = re.fullmatch("Object missing required field `(.+)`", said)
    if missing:
        return f"{path}.{missing[1]} is missing".removeprefix(".")
    reason = _reason(said, _show(_value_at(plain, path)))
    return f"{path}: {reason}" if path else reason


def _reason(said: str, shown: str) -> str:
    if " matching regex " in said:
        return f"must be a currency code like EUR, got {shown}"
    expected = re.match("Expected `([^`]+)`((?: [<>]=? .*)?)", said)
    if expected:
        wanted = " or ".join(_WORDS.get(name, name) for name in expected[1].split(" | "))
        return f"must be {wanted}{expected[2]}, got {shown}"
    if said.startswith("Invalid RFC3339"):
        return f"must be a date like 2026-11-24, got {shown}"
    if said.startswith("Invalid enum value"):
        return f"has the unknown value {shown}"
    return said


def _value_at(plain: Any, path: str) -> Any:
    for name, place in re.findall(r"(\w+)|\[(\d+)\]", path):
        plain = plain[int(place)] if place else plain[name]
    return plain


def _show(value: Any) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= _MAX_SHOWN else f"{shown[:_MAX_SHOWN]}…"
