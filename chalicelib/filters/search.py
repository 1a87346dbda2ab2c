"""The search language: `carrot juice`, `carrot or beanie`, `"carrot juice"`, `juice -apple`.

Words are compared without accents and case. A word matches every word that starts with it. Several
words must all match. `or`, in any case, separates alternatives and binds weakest. `-` excludes a
word. Words in quotes must follow each other and match whole. `search_words` splits queries and
texts alike. If it splits a query's word (`REF-SKU-0`), the parts must follow each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from chalicelib.filters.context import FilterContext, Predicate, everything, nothing
from chalicelib.filters.search_texts import Read, product_texts, searched_attributes
from chalicelib.filters.search_words import Words, split_words

_find_terms: Final = re.compile(r'(-?)"([^"]*)"?|(\S+)').findall
# Saleor replaces the operators of PostgreSQL's queries by blanks, so `22:20` is two words.
_OPERATORS: Final = str.maketrans(dict.fromkeys("()&|!:<>'*", " "))
# Stands between texts, so that a phrase cannot start in one text and end in the next.
_BREAK: Final = "\x00"

Test = Callable[[Words], bool]


def search(text: str, context: FilterContext) -> Predicate:
    """Return the predicate of a search; blank text admits every product."""
    if not text.strip():
        return everything
    alternatives = list(_alternatives(text))
    if not alternatives:
        return nothing

    searched = searched_attributes(context.dictionaries)

    def found(document: Mapping[str, Any]) -> bool:
        words = words_of_product(document, searched)
        return any(all(test(words) for test in tests) for tests in alternatives)

    return found


def words_of_product(product: Mapping[str, Any], searched: Mapping[str, Read]) -> Words:
    """Return the searched words of a product in order, with a break after each text."""
    words: Words = []
    for text in product_texts(product, searched):
        words += split_words(text)
        words.append(_BREAK)
    return words


def _alternatives(text: str) -> Iterator[list[Test]]:
    tests: list[Test] = []
    for minus, phrase, word in _find_terms(text):
        if word and word.lower() == "or":
            if tests:
                yield tests
            tests = []
        elif word != "AND":
            negated = bool(minus) or _excludes(word)
            tests += _term_tests(phrase or word[negated:], negated=negated, exact=not word)
    if tests:
        yield tests


def _excludes(word: str) -> bool:
    return word.startswith("-") and word != "-"


def _term_tests(term: str, *, negated: bool, exact: bool) -> list[Test]:
    parts = [split_words(part) for part in term.translate(_OPERATORS).split()]
    sequences = [[word for words in parts for word in words]] if exact else parts
    tests = [_sequence_test(words, exact=exact) for words in sequences if words]
    return [_opposite(test) for test in tests] if negated else tests


def _opposite(test: Test) -> Test:
    return lambda words: not test(words)


def _sequence_test(wanted: Sequence[str], *, exact: bool) -> Test:
    """Return a test for these words in this order, as prefixes unless `exact`."""
    size = len(wanted)
    same: Callable[[str, str], bool] = str.__eq__ if exact else str.startswith

    def follows(words: Words) -> bool:
        return any(
            all(map(same, words[start : start + size], wanted))
            for start in range(len(words) - size + 1)
        )

    return follows
