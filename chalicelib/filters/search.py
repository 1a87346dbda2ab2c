"""The search language: `carrot juice`, `carrot or beanie`, `"carrot juice"`, `juice -apple`.

Words are compared without accents and case. A word matches what begins with it; several must all match; `or` (in
capitals or not) stands between alternatives and binds weaker; `-` excludes; words in quotes must follow each other as
they are. Queries and texts are split alike, in `search_words`. A query's word that is several there (`REF-SKU-0`)
stands for all of them, one after the other, each as a beginning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from chalicelib.catalog.rich_text import plain_text
from chalicelib.filters.context import FilterContext, Predicate, everything, nothing
from chalicelib.filters.search_words import Words, split_words

_find_terms: Final = re.compile(r'(-?)"([^"]*)"?|(\S+)').findall
# What means something in PostgreSQL's queries is a blank to Saleor, so `22:20` are two words in any order.
_OPERATORS: Final = str.maketrans(dict.fromkeys("()&|!:<>'*", " "))
# The values of other attributes (references, files, colours, yes or no) are no words that people search for.
_SEARCHED_INPUTS: Final = frozenset(
    {"DROPDOWN", "MULTISELECT", "RICH_TEXT", "PLAIN_TEXT", "NUMERIC", "DATE", "DATE_TIME"}
)
# Between texts: no phrase goes from one into the next.
_BREAK: Final = "\x00"

Test = Callable[[Words], bool]


def search(text: str, context: FilterContext) -> Predicate:
    """The predicate of a search; blank text searches for nothing in particular."""
    if not text.strip():
        return everything
    alternatives = list(_alternatives(text))
    if not alternatives:
        return nothing

    searched = frozenset(
        attribute["slug"]
        for attribute in context.dictionaries.all("attributes")
        if attribute["input_type"] in _SEARCHED_INPUTS
    )

    def found(document: Mapping[str, Any]) -> bool:
        words = words_of_product(document, searched)
        return any(all(test(words) for test in tests) for tests in alternatives)

    return found


def words_of_product(product: Mapping[str, Any], searched: frozenset[str]) -> Words:
    """All words of a product that a search looks at, in order, text after text; of attributes the `searched` ones."""
    words: Words = []
    for text in _texts(product, searched):
        words += split_words(text)
        words.append(_BREAK)
    return words


def _texts(product: Mapping[str, Any], searched: frozenset[str]) -> Iterator[str]:
    yield product.get("name", "")
    description = product.get("description", "null")
    yield plain_text(description) if description != "null" else ""
    yield product.get("category", "")
    yield product.get("collections", "")
    yield from _attribute_texts(product, searched)
    for variant in product.get("variants", ()):
        yield variant.get("sku", "")
        yield variant.get("name", "")
        yield from _attribute_texts(variant, searched)


def _attribute_texts(holder: Mapping[str, Any], searched: frozenset[str]) -> Iterator[str]:
    for slug, cell in holder.get("attributes", {}).items():
        if slug in searched:
            yield cell


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
    """Whether these words follow each other; unless `exact`, each may go on."""
    size = len(wanted)
    same: Callable[[str, str], bool] = str.__eq__ if exact else str.startswith

    def follows(words: Words) -> bool:
        return any(
            all(map(same, words[start : start + size], wanted))
            for start in range(len(words) - size + 1)
        )

    return follows
