"""How many documents become rows at once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chalicelib.errors import CatalogIncomplete
from chalicelib.rendering.rendered_rows import CHUNK_BYTES, RenderedRows
from chalicelib.rendering.rows import Rows

SMALL = b"{}"
MEDIUM = b'{"description":"%s"}' % (b"a" * 4_000)
LARGE = b'{"description":"%s"}' % (b"a" * 300_000)


@pytest.mark.parametrize(
    ("documents", "at_once"),
    [
        ([SMALL] * 250, [100, 100, 50]),
        ([MEDIUM] * 130, [50, 50, 30]),
        ([LARGE] * 3, [1, 1, 1]),
        ([SMALL, LARGE, SMALL], [1, 1, 1]),
    ],
)
def test_memory_holds_the_cells_of_few_bytes_or_of_one_large_record(
    documents: list[bytes], at_once: list[int]
) -> None:
    lengths: list[int] = []

    def make_rows(some: Sequence[bytes]) -> Rows:
        lengths.append(len(some))
        return Rows(some, 1)

    assert b"".join(RenderedRows([documents], make_rows)) == b"".join(documents)
    assert lengths == at_once


def test_a_chunk_ends_with_the_records_that_fill_it() -> None:
    row = b"a" * (CHUNK_BYTES // 150)
    rendered = RenderedRows([[SMALL] * 400], lambda some: Rows([row] * len(some), 1))
    assert [len(chunk) // len(row) for chunk in rendered] == [200, 200]
    assert (rendered.record_count, rendered.row_count) == (400, 400)


@pytest.mark.parametrize("damaged", [b"", b"\n", b"{}{}", b"{}\n{}", b"[]", b"{"])
def test_a_text_that_is_not_one_document_is_an_error_and_no_row_less_or_more(
    damaged: bytes,
) -> None:
    rendered = RenderedRows([[SMALL, damaged, SMALL]], lambda some: Rows(some, 1), predicate=bool)
    with pytest.raises(CatalogIncomplete, match="cannot be read"):
        list(rendered)
