"""The compact protocol of Apache Thrift, as far as Parquet needs it.

A value is its type (a nibble) and its bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

Value = tuple[int, bytes]
_I32, _I64, _BINARY, _LIST, _STRUCT = 5, 6, 8, 9, 12
TRUE: Final[Value] = (1, b"")
# The size of a longer list follows its head.
_MAX_SHORT_LIST: Final = 14


def varint(number: int) -> bytes:
    """Return a number that is not negative, seven bits a byte, the lowest first."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def _zigzag(number: int) -> bytes:
    return varint(number << 1 if number >= 0 else ~number << 1 | 1)


def i32(number: int) -> Value:
    """Return an integer of 32 bits."""
    return _I32, _zigzag(number)


def i64(number: int) -> Value:
    """Return an integer of 64 bits."""
    return _I64, _zigzag(number)


def text(value: str) -> Value:
    """Return a string in UTF-8."""
    content = value.encode("utf-8", "replace")
    return _BINARY, varint(len(content)) + content


def listed(values: Sequence[Value]) -> Value:
    """Return a list of values of one type; the type of an empty list is a struct."""
    kind, size = (values[0][0] if values else _STRUCT), len(values)
    head = bytes([size << 4 | kind]) if size <= _MAX_SHORT_LIST else bytes([0xF0 | kind])
    rest = b"" if size <= _MAX_SHORT_LIST else varint(size)
    return _LIST, head + rest + b"".join([content for _, content in values])


def struct(fields: Mapping[int, Value | None]) -> Value:
    """Return a struct of the fields by id, in ascending order. A field of None is left out."""
    written, before = bytearray(), 0
    for number, value in fields.items():
        if value is not None:
            # A short head holds the distance to the field before, which is at most 15 in Parquet.
            written.append((number - before) << 4 | value[0])
            written += value[1]
            before = number
    return _STRUCT, bytes(written) + b"\x00"
