"""The compiled search beside a model of it: every term is looked for at every position."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.filters.search import Query
from chalicelib.filters.search_query import Term, parse_search
from chalicelib.filters.search_words import TEXT_END, WORD_END, split_words

PIECES = [
    "a",
    "ab",
    "b",
    "red",
    "red-blue",
    "REF-SKU-0",
    "REF-SKU-01",
    "12.5",
    "x:y",
    "Ü",
    "shop.ex/a",
]
OPERATORS = ["or", "OR", "AND", "-", '"', '-"', " "]
GLUE = st.sampled_from([" ", " ", "-", ""])


def texts(pieces: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(st.sampled_from(pieces), GLUE).map("".join), max_size=9).map("".join)


def words_of(name: str) -> list[str]:
    return [*(word + WORD_END for word in split_words(name)), TEXT_END]


def occurs(term: Term, words: list[str]) -> bool:
    return any(
        all(map(str.startswith, words[start:], term.words))
        for start in range(len(words) - len(term.words) + 1)
    )


def admits(query: str, words: list[str]) -> bool:
    return any(
        all(occurs(term, words) is not term.excluded for term in alternative)
        for alternative in parse_search(query)
    )


@given(texts(PIECES + OPERATORS), texts(PIECES), texts(PIECES))
def test_a_search_finds_what_the_model_finds(query: str, one: str, other: str) -> None:
    words = words_of(one) + words_of(other)
    assert Query(parse_search(query)).matches(words) is admits(query, words)


@given(st.lists(st.sampled_from(PIECES), min_size=1), texts(PIECES))
def test_alternatives_find_what_one_of_them_finds(pieces: list[str], name: str) -> None:
    words = words_of(name)
    found = any(Query(parse_search(piece)).matches(words) for piece in pieces)
    assert Query(parse_search(" or ".join(pieces))).matches(words) is found
