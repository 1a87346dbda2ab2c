from __future__ import annotations

from collections.abc import Iterator

from chalicelib.adapters.catalog.lean_dynamodb import PAGES_AHEAD
from chalicelib.adapters.catalog.read_ahead import read_ahead


def pages_of(number: int) -> Iterator[list[bytes]]:
    yield from ([b"%d" % number], [b"%d again" % number])


def test_the_pages_of_all_parts_come_in_their_order() -> None:
    found = [page for [page] in read_ahead(int, range(9), pages_of)]
    assert found == [page for number in range(9) for [page] in pages_of(number)]


def test_who_stops_early_has_asked_for_a_few_parts_and_leaves_no_read_under_way() -> None:
    ended: list[int] = []

    def read(part: int) -> int:
        ended.append(part)
        return part

    pages = read_ahead(read, range(99), pages_of)
    assert next(pages) == [b"0"]
    pages.close()  # type: ignore[attr-defined]
    assert sorted(ended) == list(range(PAGES_AHEAD))
