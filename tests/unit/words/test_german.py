"""Every text of the service for people is in German too."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

import chalicelib
from chalicelib.api.schema import make_schema
from chalicelib.domain.export_file import JobStatus
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.exports.summary import word_of
from chalicelib.services.requests.limit_uses import Use
from chalicelib.words.german import TEXTS

ROOT = Path(chalicelib.__file__).parent
REFUSALS = (
    r"(error_answer|RequestRefused|LimitReached|RateReached|ExportFailed|Catalog\w+|_refused)"
)
# Browsers and shops ask for these without a language.
PLAIN = re.compile(r"api/(pages|framed_pages|saleor_site)")


@cache
def all_calls() -> list[tuple[str, str, ast.expr]]:
    """Return the module, the name and an argument of each call, for each of its arguments."""
    return [
        (path.relative_to(ROOT).as_posix(), node.func.id, argument)
        for path in sorted(ROOT.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        for argument in node.args
    ]


def calls(pattern: str) -> Iterator[tuple[str, ast.expr]]:
    """Yield the module and each argument of each call of such a name."""
    for path, name, argument in all_calls():
        if re.fullmatch(pattern, name):
            yield path, argument


def said() -> Iterator[str]:
    """Yield the texts in calls of `say`, also those that have a name in their module."""
    for path, argument in calls("say"):
        if isinstance(argument, ast.Constant):
            yield str(argument.value)
        elif isinstance(argument, ast.IfExp):
            choices = (argument.body, argument.orelse)
            yield from (str(one.value) for one in choices if isinstance(one, ast.Constant))
        elif isinstance(argument, ast.Name) and argument.id.isupper():
            module = path.removesuffix(".py").replace("/", ".")
            yield getattr(importlib.import_module(f"chalicelib.{module}"), argument.id)


def is_sentence(argument: ast.expr) -> bool:
    """Return whether an argument is a literal with words; others are names of fields and such."""
    if isinstance(argument, ast.Constant):
        return " " in str(argument.value)
    return isinstance(argument, ast.JoinedStr)


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def fields_of(kind: Any) -> set[str]:
    """Return the names of the fields of an input, and of the inputs in it."""
    if not isinstance(kind, GraphQLInputObjectType):
        return set()
    inner = [fields_of(get_named_type(field.type)) for field in kind.fields.values()]
    return set(kind.fields).union(*inner)


def test_every_sentence_is_in_german() -> None:
    assert [text for text in said() if text not in TEXTS] == []


@pytest.mark.parametrize("english", sorted(TEXTS))
def test_a_german_sentence_has_the_values_of_the_english_one(english: str) -> None:
    assert names_in(TEXTS[english]) == names_in(english)


def test_the_catalogue_has_no_sentence_that_the_service_does_not_say() -> None:
    sentences = {english for english in TEXTS if english.endswith(".")}
    assert sentences - set(said()) == set()


def test_no_error_for_people_is_in_english_alone() -> None:
    plain = [
        (path, ast.unparse(argument))
        for path, argument in calls(REFUSALS)
        if is_sentence(argument) and not PLAIN.match(path)
    ]
    assert plain == []


def test_the_fields_of_filters_are_in_german() -> None:
    filters = ("ProductFilterInput", "GiftCardFilterInput")
    fields = set[str]().union(*(fields_of(make_schema().type_map[name]) for name in filters))
    assert {word_of(name) for name in fields} - TEXTS.keys() == set()


def test_the_words_for_records_and_states_are_in_german() -> None:
    kinds = [kind for one in EXPORT_TYPES.values() for kind in one.dictionaries]
    states = {state.value for state in JobStatus} - {"PENDING"}
    labels = {one.label for one in EXPORT_TYPES.values()}
    named = {
        *Use,
        *(use.removesuffix("s") for use in Use),
        *states,
        *labels,
        *(label.removesuffix("s") for label in labels),
    }
    named |= {kind.replace("_", " ") for kind in kinds}
    assert named - TEXTS.keys() == set()
