"""The types of Parquet columns: how the texts of cells become values."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from struct import Struct
from typing import Final

from chalicelib.errors import ExportFailed
from chalicelib.formats import thrift_compact as thrift
from chalicelib.formats.cells import CellType
from chalicelib.words.text import say

BOOLEAN, _INT32, _INT64, _DOUBLE, _BYTE_ARRAY = 0, 1, 2, 5, 6
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND: Final = datetime.resolution
_DECIMALS, _DIGITS = 3, 18
_pack_size: Final = Struct("<L").pack

# A column's cells that are not empty, and their bytes in the encoding PLAIN.
Encode = Callable[[Sequence[bytes]], bytes]


@dataclass(frozen=True, slots=True)
class ParquetType:
    """A type: its number, its annotation for readers, and the encoding of its values.

    A column of a `required` type has no nulls.
    """

    physical: int
    encode: Encode
    converted: int | None = None
    logical: thrift.Value | None = None
    decimals: int | None = None
    required: bool = False


def _strings(cells: Sequence[bytes]) -> bytes:
    pieces = [b""] * (2 * len(cells))
    pieces[0::2] = map(_pack_size, map(len, cells))
    pieces[1::2] = cells
    return b"".join(pieces)


def _numbers(convert: Callable[[bytes], float], code: str) -> Encode:
    def encode(cells: Sequence[bytes]) -> bytes:
        try:
            return array(code, map(convert, cells)).tobytes()
        except (TypeError, ValueError, OverflowError) as error:
            raise ExportFailed(
                say(
                    "A value does not fit into a Parquet file: {reason}. Export as CSV.",
                    reason=str(error),
                )
            ) from error

    return encode


def _booleans(cells: Sequence[bytes]) -> bytes:
    return bits(["1" if cell == b"True" else "0" for cell in cells])


def bits(digits: Sequence[str]) -> bytes:
    """Return zeros and ones as bits, the lowest first."""
    return int("0" + "".join(reversed(digits)), 2).to_bytes((len(digits) + 7) // 8, "little")


def _thousandths(cell: bytes) -> int:
    # Amounts have three places always.
    return int(cell.replace(b".", b""))


def _days(cell: bytes) -> int:
    return date.fromisoformat(cell.decode()).toordinal() - _EPOCH_DAY


def _microseconds(cell: bytes) -> int:
    return (datetime.fromisoformat(cell.decode()) - _EPOCH) // _MICROSECOND


_NOTHING: Final = thrift.struct({})
_DECIMAL: Final = thrift.struct({1: thrift.i32(_DECIMALS), 2: thrift.i32(_DIGITS)})
_UTC_MICROSECONDS: Final = thrift.struct({1: thrift.TRUE, 2: thrift.struct({2: _NOTHING})})
PARQUET_TYPES: Final[Mapping[CellType, ParquetType]] = {
    CellType.TEXT: ParquetType(
        _BYTE_ARRAY, _strings, 0, thrift.struct({1: _NOTHING}), required=True
    ),
    CellType.NUMBER: ParquetType(_INT64, _numbers(int, "q")),
    CellType.FLOAT: ParquetType(_DOUBLE, _numbers(float, "d")),
    CellType.MONEY: ParquetType(
        _INT64, _numbers(_thousandths, "q"), 5, thrift.struct({5: _DECIMAL}), decimals=_DECIMALS
    ),
    CellType.DATE: ParquetType(_INT32, _numbers(_days, "i"), 6, thrift.struct({6: _NOTHING})),
    CellType.DATE_TIME: ParquetType(
        _INT64, _numbers(_microseconds, "q"), 10, thrift.struct({8: _UTC_MICROSECONDS})
    ),
    CellType.BOOLEAN: ParquetType(BOOLEAN, _booleans),
}


def schema_element(name: str, kind: ParquetType) -> thrift.Value:
    """Return the entry of a column in the schema."""
    return thrift.struct(
        {
            1: thrift.i32(kind.physical),
            3: thrift.i32(0 if kind.required else 1),
            4: thrift.text(name),
            6: None if kind.converted is None else thrift.i32(kind.converted),
            7: None if kind.decimals is None else thrift.i32(kind.decimals),
            8: None if kind.decimals is None else thrift.i32(_DIGITS),
            10: kind.logical,
        }
    )
