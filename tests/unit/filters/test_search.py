from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.filters.context import FilterContext
from chalicelib.filters.search import search
from chalicelib.filters.search_words import fold, split_words
from tests.factories import make_product, make_variant, product_document
from tests.fake_catalog import FakeCatalogSource
from tests.fakes import START

CONTEXT = FilterContext(now=START, dictionaries=Dictionaries(FakeCatalogSource(), "default"))
WORDS = st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1, max_size=12).filter(
    lambda word: split_words(word) == [fold(word)] and word.lower() not in ("or", "and")
)


def finds(text: str, name: str, sku: str = "") -> bool:
    return search(text, CONTEXT)(
        product_document(make_product(1, name=name, variants=[make_variant(1, sku=sku)]))
    )


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("carrot juice", "Juice of carrots", True),
        ("carrot juice", "Carrot cake", False),
        ("carrot or beanie", "Red beanie", True),
        ('"carrot juice"', "Carrot juice", True),
        ('"carrot juice"', "Juice, carrot", False),
        ("juice -apple", "Carrot juice", True),
        ("juice -apple", "Apple juice", False),
        ("CRÈME", "creme brulee", True),
        ("größe", "GROSSE", True),
        ("arrot", "Carrot", False),
        ("  ", "Anything", True),
    ],
)
def test_the_language_means_what_it_says(text: str, name: str, found: bool) -> None:
    assert finds(text, name) is found


def test_what_punctuation_joins_must_follow_each_other() -> None:
    assert finds("REF-SKU-0", "Thing", sku="REF-SKU-01")
    assert not finds("REF-SKU-0", "Thing", sku="SKU-REF-0")


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("12.5", "Cable 12.50 m", True),
        ("50", "Cable 12.50 m", False),
        ("a@shop.ex", "Write to a@shop.example", True),
        ("shop", "Write to a@shop.example", False),
        ("shop.example", "See https://shop.example/a/b", True),
        ("bar", "foo_bar", True),
        ("neil", "O'Neil", True),
        ("Neil:O", "O'Neil", True),
        ("blue", "red/blue", False),
        ("red/bl", "red/blue", True),
        ("blue", "red,blue", True),
        ("shi", "T-shirt", True),
        ("t-shirt", "t shirt", False),
        ("R-SKU", "REF-SKU", False),
        ("REF-SK", "REF-SKU", True),
        ("strong", "<strong>Tea</strong>", False),
        ("amp", "Salt &amp; pepper", False),
        ("футбол", "Синяя Футболка", True),
        ("cafe", "cafe\u0301", True),
        ("-5", "5 pieces", False),
        ("$$", "Anything", False),
        ("tea $$", "Tea", True),
    ],
)
def test_texts_are_split_as_postgresql_splits_them(text: str, name: str, found: bool) -> None:
    assert finds(text, name) is found


@given(WORDS)
def test_a_word_finds_itself_whatever_its_case(word: str) -> None:
    assert finds(word, f"before {word} after")
    assert finds(word.upper(), word) or fold(word.upper()) != fold(word)


@given(WORDS, WORDS)
def test_excluding_a_word_is_the_opposite_of_asking_for_it(one: str, other: str) -> None:
    name = f"{one} {other}"
    assert not finds(f"{one} -{other}", name)
    assert finds(f"{one} or {other}", other)


@given(st.text(max_size=60))
def test_no_text_breaks_the_search(text: str) -> None:
    assert finds(text, text) in (True, False)


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("500", "Juice 500ml", True),
        ("0ml", "Juice 500ml", False),
        ("juice 500", "Juice 500ml", True),
        ("2024", "Calendar 2024er", True),
        ("1080", "Screen 1080p", True),
        ("10", "Grid 10x10", True),
        ("12.5", "Bag 12.5kg", True),
        ("-5", "Down to -5 degrees", True),
    ],
)
def test_a_number_before_letters_is_not_torn_apart(text: str, name: str, found: bool) -> None:
    assert finds(text, name) is found


@pytest.mark.parametrize("text", ["_", "a_", "_-", "a.", "a/"])
def test_a_long_text_of_what_names_are_made_of_is_split(text: str) -> None:
    assert finds("tea", text * 10_000 + " tea")
