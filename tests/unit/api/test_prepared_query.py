from __future__ import annotations

import pytest
from graphql import GraphQLError

from chalicelib.api.prepared_query import MAX_KEPT, MAX_KEPT_CHARACTERS, prepare_query

QUERY = "{__typename}"


def prepared(text: str) -> object:
    return prepare_query(text, introspection=True)


def test_a_query_is_parsed_and_validated_once() -> None:
    assert prepared(QUERY) is prepared(QUERY)


def test_rules_of_introspection_are_kept_apart() -> None:
    text = "{__schema{__typename}}"
    assert prepare_query(text, introspection=True).errors == ()
    assert prepare_query(text, introspection=False).errors != ()
    assert prepare_query(text, introspection=True).errors == ()


def test_a_long_query_is_not_kept() -> None:
    text = QUERY + " " * MAX_KEPT_CHARACTERS
    assert prepared(text) is not prepared(text)


def test_few_queries_are_kept() -> None:
    first = prepared(QUERY)
    for number in range(MAX_KEPT):
        prepared(f"{{a{number}:__typename}}")
    assert prepared(QUERY) is not first


def test_a_query_that_cannot_be_parsed_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(GraphQLError):
            prepared("{")
