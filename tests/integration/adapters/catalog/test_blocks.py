"""Blocks are never older than documents, whoever writes, dies or is late (ADR 48)."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from itertools import count
from typing import Any

import pytest

from chalicelib.errors import Unavailable
from tests.stored_blocks import (
    NUMBERS,
    before_write,
    block_items,
    check_same,
    check_same_or_refused,
    check_whole,
    find_buckets,
    load,
    put_back,
    read,
    remove,
    remove_all,
    scan,
    store,
    table_items,
)

Write = Callable[[], Any]
EMPTY: Write = partial(remove, *NUMBERS)
CHANGES: dict[str, Write] = {
    "change one": partial(store, 3, name="Mate"),
    "change it otherwise": partial(store, 3, name="Cocoa"),
    "change another": partial(store, 4, name="Rum"),
    "change both ranges": partial(store, 5, 261, name="Gin"),
    "add": partial(store, 41, 300),
    "begin a bucket": partial(store, *range(500, 510)),
    "begin it otherwise": partial(store, *range(505, 520)),
    "remove": partial(remove, 6, 279),
    "empty": EMPTY,
    "load": partial(load, *range(2, 270), name="Milk"),
    "change nothing": partial(store, 3),
}
PAIRS = (
    ("change one", "change it otherwise"),
    ("change one", "change another"),
    ("change one", "remove"),
    ("change one", "load"),
    ("change one", "empty"),
    ("change both ranges", "change one"),
    ("change nothing", "change one"),
    ("add", "empty"),
    ("begin a bucket", "begin it otherwise"),
    ("remove", "change one"),
    ("remove", "load"),
    ("remove", "remove"),
    ("empty", "change one"),
    ("empty", "add"),
    ("load", "change one"),
    ("load", "remove"),
)


@pytest.fixture(autouse=True)
def begun(dynamodb: Any) -> Any:
    """The items of a catalogue of 60 products with blocks."""
    store(*NUMBERS)
    return deepcopy(table_items())


def die() -> None:
    raise Unavailable("gone")


@pytest.mark.parametrize("change", CHANGES)
def test_readers_find_what_documents_say_wherever_a_writer_dies(begun: Any, change: str) -> None:
    for place in count():
        put_back(begun)
        died, _ = before_write(place, die, CHANGES[change])
        check_same()
        CHANGES[change]()
        check_whole()
        if not died:
            break


@pytest.mark.parametrize("change", CHANGES)
def test_readers_find_what_documents_say_before_each_request(begun: Any, change: str) -> None:
    for place in count():
        put_back(begun)
        checked, _ = before_write(place, check_same, CHANGES[change])
        if not checked:
            break


@pytest.mark.parametrize(("change", "other"), PAIRS)
def test_two_writers_at_once_leave_blocks_of_what_both_have_written(
    begun: Any, change: str, other: str
) -> None:
    for place in count():
        put_back(begun)
        acted, succeeded = before_write(place, CHANGES[other], CHANGES[change])
        if not succeeded:
            check_same_or_refused()
            CHANGES[change]()
        check_whole()
        if not acted:
            break


def test_a_writer_of_facts_notices_that_it_has_put_an_old_document_back() -> None:
    """Its entry stays as it is, so no put of an entry fails."""
    store(3, facts={"slug": "tea-1"})
    begun, change = deepcopy(table_items()), partial(store, 3, facts={"slug": "tea-2"})
    for place in count():
        put_back(begun)
        acted, succeeded = before_write(place, CHANGES["change one"], change)
        if not acted:
            break
        check_same()
        assert not succeeded
        change()
        check_whole()


def test_a_new_bucket_that_two_writers_begin_keeps_the_records_of_both() -> None:
    first, second = partial(store, *range(1, 60)), partial(store, *range(60, 120))
    for place in count():
        put_back({})
        acted, succeeded = before_write(place, second, first)
        if not succeeded:
            first()
        check_whole()
        if not acted:
            break
        assert len(read()) == 119


def test_a_writer_that_died_before_another_one_leaves_no_blocks_behind(begun: Any) -> None:
    for place in count():
        put_back(begun)
        died, _ = before_write(place, die, CHANGES["change both ranges"])
        CHANGES["change another"]()
        check_whole()
        if not died:
            break


@pytest.mark.parametrize("change", [EMPTY, remove_all])
def test_a_bucket_without_records_has_no_items(change: Write) -> None:
    change()
    left = {item["partition"]["S"].split("#")[-1] for item in scan()}
    assert left <= {"removed", "preset"}
    assert (find_buckets(), block_items()) == ((), [])
