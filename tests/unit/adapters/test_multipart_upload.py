from __future__ import annotations

import pytest

from chalicelib.adapters.multipart_upload import MIB, parts_of


@pytest.mark.parametrize(
    ("chunks", "parts"),
    [([], []), ([1], [1]), ([3] * 7, [9, 9, 3]), ([8, 8], [8, 8]), ([1, 20, 1], [21, 1])],
)
def test_chunks_wait_until_they_are_a_part_of_eight_megabytes(
    chunks: list[int], parts: list[int]
) -> None:
    sizes = [len(part) / MIB for part in parts_of(bytes(size * MIB) for size in chunks)]
    assert sizes == parts
