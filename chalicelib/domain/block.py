"""Neighbouring records, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """The cells of neighbouring records, as the JSON of each group of columns that was asked for.

    `records` is their number. `catalog.column_block` says what the JSON holds.
    """

    records: int
    groups: Mapping[str, bytes]

    def __len__(self) -> int:
        return self.records


# Some records in their order: the JSON of each, or a block of them.
Page = Sequence[bytes] | Block
