"""Search products: index the words of a product once, then look up all terms of the query.

The work for a product depends on its words and hardly on the number of terms. See ADR 22.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from chalicelib.filters.context import Document, FilterContext, Predicate, everything
from chalicelib.filters.search_query import Alternative, Term, parse_search
from chalicelib.filters.search_texts import Read, product_texts, searched_attributes
from chalicelib.filters.search_words import TEXT_END, WORD_END, split_words

# The positions in a product's words at which each prefix begins.
Positions = Mapping[str, Sequence[int]]


def search(text: str, context: FilterContext) -> Predicate:
    """Return the predicate of a search; blank text admits every product."""
    if not text.strip():
        return everything
    query = Query(parse_search(text))
    searched = searched_attributes(context.dictionaries)
    return lambda product: query.matches(words_of_product(product, searched))


def words_of_product(product: Document, searched: Mapping[str, Read]) -> list[str]:
    """Return the searched words of a whole product document in order, each with its end."""
    words: list[str] = []
    for text in product_texts(product, searched):
        words += [word + WORD_END for word in split_words(text)]
        words.append(TEXT_END)
    return words


class Query:
    """A search whose alternatives are found by one of the words that they need."""

    def __init__(self, alternatives: Sequence[Alternative]) -> None:
        self._prefixes = Prefixes(_words(alternatives))
        self._by_word: dict[str, list[Alternative]] = defaultdict(list)
        self._without_word: list[Alternative] = []
        # Pasted SKUs share most of their parts: the rarest word leaves the fewest candidates.
        counts = Counter(_words(alternatives))
        for alternative in alternatives:
            needed = [word for term in alternative if not term.excluded for word in term.words]
            if needed:
                self._by_word[min(needed, key=counts.__getitem__)].append(alternative)
            else:
                self._without_word.append(alternative)

    def matches(self, words: Sequence[str]) -> bool:
        """Return whether a product with these words meets one of the alternatives."""
        positions = self._prefixes.find(words)
        return any(_meets(alternative, positions) for alternative in self._candidates(positions))

    def _candidates(self, positions: Positions) -> Iterator[Alternative]:
        yield from self._without_word
        for word in positions:
            yield from self._by_word.get(word, ())


class Prefixes:
    """Many prefixes, found in a list of words without looking at each prefix."""

    def __init__(self, prefixes: Iterable[str]) -> None:
        self._prefixes = frozenset(prefixes)
        self._shortest = min(map(len, self._prefixes), default=0)
        sizes: dict[str, set[int]] = defaultdict(set)
        for prefix in self._prefixes:
            sizes[prefix[: self._shortest]].add(len(prefix))
        # A word is cut only to the lengths that some prefix with its start has.
        self._sizes = {start: sorted(found) for start, found in sizes.items()}

    def find(self, words: Sequence[str]) -> dict[str, list[int]]:
        """Return the positions of the words that start with each prefix."""
        shortest, sizes, prefixes = self._shortest, self._sizes, self._prefixes
        found: dict[str, list[int]] = defaultdict(list)
        for position, word in enumerate(words):
            for size in sizes.get(word[:shortest], ()):
                if size <= len(word) and word[:size] in prefixes:
                    found[word[:size]].append(position)
        return found


def _words(alternatives: Iterable[Alternative]) -> list[str]:
    return [word for terms in alternatives for term in terms for word in term.words]


def _meets(alternative: Alternative, positions: Positions) -> bool:
    return all(_occurs(term, positions) is not term.excluded for term in alternative)


def _occurs(term: Term, positions: Positions) -> bool:
    """Return whether the words of a term follow each other somewhere."""
    if any(word not in positions for word in term.words):
        return False
    starts = set(positions[term.words[0]])
    for offset, word in enumerate(term.words[1:], start=1):
        starts.intersection_update(position - offset for position in positions[word])
    return bool(starts)
