"""Parsed and checked queries. Clients send the same few texts again and again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    NoSchemaIntrospectionCustomRule,
    OperationType,
    SelectionSetNode,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)

from chalicelib.api.query_limits import MAX_TOKENS, check_size
from chalicelib.api.schema import make_schema

MAX_ERRORS: Final = 5
# A parsed text takes up to 200 times its size in memory, and strangers send texts too.
MAX_KEPT: Final = 64
MAX_KEPT_CHARACTERS: Final = 2_500


@dataclass(frozen=True, slots=True)
class PreparedQuery:
    """A parsed query within the limits of size, and the errors that validation found."""

    document: DocumentNode
    errors: tuple[GraphQLError, ...]

    def is_mutation(self, name: str | None) -> bool:
        """Return whether the operation of this name is not a query."""
        operation = get_operation_ast(self.document, name)
        return operation is not None and operation.operation is not OperationType.QUERY

    def describe(self, name: str | None) -> str:
        """Return the kind of the operation and its fields in the schema: "query exportFile"."""
        operation = get_operation_ast(self.document, name)
        if operation is None or self.errors:
            return ""
        # Once each: an alias may ask for the same field hundreds of times.
        fields = dict.fromkeys(self._root_fields(operation.selection_set))
        return " ".join([operation.operation.value, *fields])

    def _root_fields(self, selected: SelectionSetNode) -> Iterator[str]:
        for node in selected.selections:
            if isinstance(node, FieldNode):
                yield node.name.value
            elif isinstance(node, InlineFragmentNode):
                yield from self._root_fields(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                yield from self._root_fields(self._fragment(node.name.value).selection_set)

    def _fragment(self, name: str) -> FragmentDefinitionNode:
        fragments = (d for d in self.document.definitions if isinstance(d, FragmentDefinitionNode))
        return next(fragment for fragment in fragments if fragment.name.value == name)


def prepare_query(text: str, *, introspection: bool) -> PreparedQuery:
    """Return the query; GraphQLError if it is not GraphQL or too large, RecursionError."""
    prepare = _kept if len(text) <= MAX_KEPT_CHARACTERS else _prepare
    return prepare(text, introspection)


def _prepare(text: str, introspection: bool) -> PreparedQuery:
    document = parse(text, max_tokens=MAX_TOKENS)
    check_size(document)
    errors = validate(make_schema(), document, _rules(introspection), max_errors=MAX_ERRORS)
    return PreparedQuery(document, tuple(errors))


_kept: Final = lru_cache(MAX_KEPT)(_prepare)


def _rules(introspection: bool) -> tuple[Any, ...]:
    hidden = () if introspection else (NoSchemaIntrospectionCustomRule,)
    return (*specified_rules, *hidden)
