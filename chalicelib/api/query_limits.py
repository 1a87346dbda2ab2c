"""The limits of one query: its depth, its fields and its mutations."""

from __future__ import annotations

from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
)
from graphql.language import ast

MAX_TOKENS: Final = 2_000
MAX_DEPTH: Final = 15
# The introspection query of graphql-js is deeper, and it reads no data.
MAX_SCHEMA_DEPTH: Final = 20
MAX_FIELDS: Final = 500
MAX_MUTATIONS: Final = 4


def check_size(document: DocumentNode) -> None:
    """Raise GraphQLError if a query is nested too deeply or has too many fields or mutations."""
    fragments = {
        d.name.value: d.selection_set
        for d in document.definitions
        if isinstance(d, ast.FragmentDefinitionNode)
    }
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            fields = _count(operation.selection_set, fragments, 1)
            if fields > MAX_FIELDS:
                raise GraphQLError(f"The query asks for more than {MAX_FIELDS} fields.")
            if (
                operation.operation is OperationType.MUTATION
                and _roots(operation.selection_set, fragments) > MAX_MUTATIONS
            ):
                raise GraphQLError(f"Number of mutations exceed the limit of {MAX_MUTATIONS}")


def _count(
    selected: SelectionSetNode | None,
    fragments: dict[str, SelectionSetNode],
    depth: int,
    most: int = MAX_DEPTH,
) -> int:
    """Return how many fields and fragments a selection has, each fragment wherever it is used."""
    if selected is None:
        return 0
    if depth > most:
        raise GraphQLError(f"The query is nested more than {most} levels deep.")
    total = 0
    for node in selected.selections:
        # Fragments count too: ten that each spread the next one ten times hold 10^10 and no field.
        total += 1
        inner = _inner(node, fragments)
        of_schema = isinstance(node, FieldNode) and node.name.value == "__schema"
        total += _count(inner, fragments, depth + 1, MAX_SCHEMA_DEPTH if of_schema else most)
        if total > MAX_FIELDS:
            return total
    return total


def _inner(node: SelectionNode, fragments: dict[str, SelectionSetNode]) -> SelectionSetNode | None:
    if isinstance(node, ast.FragmentSpreadNode):
        return fragments.get(node.name.value)
    return node.selection_set  # type: ignore[attr-defined, no-any-return]


def _roots(selected: SelectionSetNode, fragments: dict[str, SelectionSetNode]) -> int:
    """Return how many fields stand at the root, including those in fragments."""
    total = 0
    for node in selected.selections:
        if isinstance(node, FieldNode):
            total += 1
        elif isinstance(node, ast.FragmentSpreadNode):
            total += (
                _roots(fragments[node.name.value], fragments) if node.name.value in fragments else 0
            )
        elif isinstance(node, ast.InlineFragmentNode):
            total += _roots(node.selection_set, fragments)
    return total
