"""How large a file will be, from the size of its first rows as CSV.

The figures were measured with 6,000 products of the demo shop, five to 41 columns: XLSX files had
0.31 to 0.45 of the bytes of CSV, gzip 0.07 to 0.11, Parquet 0.06 to 0.1, each behind what a file
without rows has.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chalicelib.formats.row_format import RowFormat


@dataclass(frozen=True, slots=True)
class _Sizes:
    """The bytes of a file: of itself, of each column, and for each byte of CSV.

    With `names_cells`, each row names its columns again.
    """

    of_file: int = 0
    of_column: int = 0
    share: float = 1.0
    names_cells: bool = False


# CSV, and every text format that is not named below.
_TEXT: Final = _Sizes()
_GZIPPED_TEXT: Final = _Sizes(of_file=100, share=0.1)
_SIZES: Final[Mapping[str, _Sizes]] = {
    "jsonl": _Sizes(names_cells=True),
    "jsonl.gz": _Sizes(of_file=100, share=0.07, names_cells=True),
    "xlsx": _Sizes(of_file=2_500, share=0.4),
    "parquet": _Sizes(of_file=100, of_column=170, share=0.07),
}
# Quotes around the key and around the value, and a colon; the comma is in the CSV too.
_BYTES_PER_NAME: Final = 5
_BYTES_PER_UNIT: Final = {"utf-16-le": 2}


def estimate_bytes(
    row_format: RowFormat, headers: Sequence[str], row_bytes: float, row_count: int
) -> int:
    """Return about how many bytes a file has whose rows take `row_bytes` each as CSV."""
    sizes = _sizes_of(row_format.file_extension)
    names = sum(len(header.encode()) + _BYTES_PER_NAME for header in headers)
    text = row_count * (row_bytes + names * sizes.names_cells) + len(",".join(headers).encode())
    width = _BYTES_PER_UNIT.get(row_format.encoding, 1)
    return round(sizes.of_file + sizes.of_column * len(headers) + text * width * sizes.share)


def _sizes_of(file_extension: str) -> _Sizes:
    others = _GZIPPED_TEXT if file_extension.endswith(".gz") else _TEXT
    return _SIZES.get(file_extension, others)
