"""The search language: `carrot juice`, `carrot or beanie`, `"carrot juice"`, `juice -apple`.

Words are compared without accents and case. A word matches every word that starts with it. Several
words must all match. `or`, in any case, separates alternatives and binds weakest. `-` excludes a
word. Words in quotes must follow each other and match whole. `search_words` splits queries and
texts alike. If it splits a query's word (`REF-SKU-0`), the parts must follow each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from chalicelib.errors import LimitReached
from chalicelib.filters.search_words import WORD_END, split_words
from chalicelib.words.text import say

# A worker reads 20,000 products a segment: ADR 22 has the cost of a term and of a character.
MAX_SEARCH_TERMS: Final = 200
MAX_SEARCH_CHARACTERS: Final = 10_000

_find_tokens: Final = re.compile(r'(-?)"([^"]*)"?|(\S+)').findall
# Saleor replaces the operators of PostgreSQL's queries by blanks, so `22:20` is two words.
_OPERATORS: Final = str.maketrans(dict.fromkeys("()&|!:<>'*", " "))


@dataclass(frozen=True, slots=True)
class Term:
    """Beginnings of words that must follow each other in a text, or must not if `excluded`.

    A word that must match whole ends with WORD_END.
    """

    words: tuple[str, ...]
    excluded: bool = False


Alternative = tuple[Term, ...]


def check_search(text: str) -> None:
    """Raise LimitReached (field filter) if a search is too long or has too many terms."""
    if len(text) > MAX_SEARCH_CHARACTERS:
        raise LimitReached(
            say(
                "The search has {count:,} characters, at most {most:,} are "
                "allowed. Split the export into several, or select products by `ids` or `slugs`.",
                count=len(text),
                most=MAX_SEARCH_CHARACTERS,
            ),
            field="filter",
        )
    count = sum(map(len, parse_search(text)))
    if count > MAX_SEARCH_TERMS:
        raise LimitReached(
            say(
                "The search has {count:,} terms, at most {most} are allowed. "
                "Split the export into several, or select products by `ids` or `slugs`.",
                count=count,
                most=MAX_SEARCH_TERMS,
            ),
            field="filter",
        )


def parse_search(text: str) -> list[Alternative]:
    """Return the alternatives of a search, each with at least one term."""
    alternatives: list[list[Term]] = [[]]
    for minus, phrase, word in _find_tokens(text):
        if word.lower() == "or":
            alternatives.append([])
        elif word:
            alternatives[-1] += _word_terms(word)
        else:
            alternatives[-1] += _phrase_terms(phrase, excluded=bool(minus))
    return [tuple(terms) for terms in alternatives if terms]


def _word_terms(word: str) -> Iterator[Term]:
    """Yield the terms of an unquoted word: several if it contains operators."""
    if word == "AND":
        return
    excluded = word.startswith("-") and word != "-"
    for part in _parts(word[excluded:]):
        if words := split_words(part):
            yield Term(tuple(words), excluded)


def _phrase_terms(phrase: str, *, excluded: bool) -> Iterator[Term]:
    """Yield the one term of a phrase, or none if it contains no word."""
    words = tuple(word + WORD_END for part in _parts(phrase) for word in split_words(part))
    if words:
        yield Term(words, excluded)


def _parts(text: str) -> list[str]:
    return text.translate(_OPERATORS).split()
