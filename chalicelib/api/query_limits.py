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

MAX_DEPTH: Final = 15
# The standard question for the whole schema goes deeper, and reads no data.
MAX_SCHEMA_DEPTH: Final = 20
MAX_FIELDS: Final = 500
MAX_MUTATIONS: Final = 4


def check_size(document: DocumentNode) -> None:
    """GraphQLError when the query nests too deeply, has too many fields, or too many mutations."""
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
    """How many fields and fragments a selection asks for, those in fragments counted wherever they are used.

    A fragment counts itself: ten that hold nothing but ten of the next would take for ever to count otherwise.
    """
    if selected is None:
        return 0
    if depth > most:
        raise GraphQLError(f"The query is nested more than {most} levels deep.")
    total = 0
    for node in selected.selections:
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
    """How many fields stand at the root, inside fragments too."""
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
