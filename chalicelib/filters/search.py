"""The search language: `carrot juice`, `carrot or beanie`, `"carrot juice"`, `juice -apple`.

Words are compared without accents and case. A word matches what begins with it; several must all match; `or` (in
capitals or not) stands between alternatives and binds weaker; `-` excludes; words in quotes must follow each other as
they are. What is joined by punctuation (`REF-SKU-0`) must follow each other too, the last part as a beginning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from chalicelib.domain.rich_text import plain_text
from chalicelib.filters.context import FilterContext, Predicate, everything, nothing

_find_terms: Final = re.compile(r'(-?)"([^"]*)"?|(\S+)').findall
_find_words: Final = re.compile(r"\w+").findall
# The values of other attributes (references, files, colours, yes or no) are no words that people search for.
_SEARCHED_INPUTS: Final = frozenset(
    {"DROPDOWN", "MULTISELECT", "RICH_TEXT", "PLAIN_TEXT", "NUMERIC", "DATE", "DATE_TIME"}
)
# Between texts: no phrase goes from one into the next.
_BREAK: Final = "\x00"

Words = list[str]
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
        for attribute in context.reference.all("attributes")
        if attribute["input_type"] in _SEARCHED_INPUTS
    )

    def found(document: Mapping[str, Any]) -> bool:
        words = words_of_product(document, searched)
        return any(all(test(words) for test in tests) for tests in alternatives)

    return found


def fold(text: str) -> str:
    """Without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def split_words(text: str) -> Words:
    return _find_words(fold(text))


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
            tests += _term_tests(phrase or word, negated=bool(minus) or word.startswith("-"), exact=not word)
    if tests:
        yield tests


def _term_tests(term: str, *, negated: bool, exact: bool) -> list[Test]:
    words = split_words(term)
    if not words:
        return []
    test = _sequence_test(words, exact=exact)
    return [(lambda found: not test(found)) if negated else test]


def _sequence_test(wanted: Sequence[str], *, exact: bool) -> Test:
    """Whether these words follow each other; the last may go on unless `exact`."""
    *first, last = wanted
    size = len(wanted)

    def follows(words: Words) -> bool:
        for start in range(len(words) - size + 1):
            ending = words[start + size - 1]
            if (ending == last if exact else ending.startswith(last)) and words[start : start + size - 1] == first:
                return True
        return False

    return follows
