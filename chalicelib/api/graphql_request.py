"""One GraphQL request: parsed, held against our limits, executed, and its errors shown in the contract's shape."""

from __future__ import annotations

import json
import logging
from typing import Any, Final

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    execute_sync,
    parse,
    specified_rules,
    validate,
)
from graphql.language import ast

from chalicelib.api.context import RequestContext
from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.api.schema import list_contract_fields, make_schema
from chalicelib.errors import PermissionDenied, Unavailable

log: Final = logging.getLogger("waybill")

MAX_TOKENS: Final = 2_000
MAX_DEPTH: Final = 15
# The standard question for the whole schema goes deeper, and reads no data.
MAX_SCHEMA_DEPTH: Final = 20
MAX_FIELDS: Final = 500
MAX_MUTATIONS: Final = 4
MAX_BATCHED: Final = 10
MAX_BYTES: Final = 1_000_000

Answer = tuple[int, Any]


def answer_body(raw: bytes, context: RequestContext) -> Answer:
    """HTTP status and JSON answer of a request body: one request, or a list of them."""
    if len(raw) > MAX_BYTES:
        return _refused(f"The request is larger than {MAX_BYTES:,} bytes. Send fewer ids.", 413)
    try:
        body = json.loads(raw)
        # JSON may hold halves of characters ("\\ud800"), which nothing can store or answer.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return _refused("Unable to parse query.")
    if not context.has_valid_key:
        return _refused("The Idempotency-Key must have 1 to 255 visible ASCII characters.")
    context = context.for_body(body)
    if isinstance(body, list) and body:
        if len(body) > MAX_BATCHED:
            return _refused(f"At most {MAX_BATCHED} requests can be sent together.")
        answers = [answer_one(one, context.at(place)) for place, one in enumerate(body)]
        return max(status for status, _ in answers), [answer for _, answer in answers]
    return answer_one(body, context)


def answer_one(body: Any, context: RequestContext) -> Answer:
    """HTTP status and answer of one request."""
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        return _refused("Must provide a query string.")
    variables, name = body.get("variables") or {}, body.get("operationName") or None
    if not isinstance(variables, dict) or not (name is None or isinstance(name, str)):
        return _refused("Variables must be an object and operationName a string.")
    try:
        document = parse(body["query"], max_tokens=MAX_TOKENS)
        _check_size(document)
    except GraphQLError as error:
        return _refused(error)
    except RecursionError:
        return _refused("The query is nested too deeply.")
    settings = context.service.settings
    rules = (
        specified_rules
        if settings.introspection
        else (*specified_rules, NoSchemaIntrospectionCustomRule)
    )
    errors = validate(make_schema(), document, rules, max_errors=5)
    if errors:
        shown = errors if settings.suggestions else map(_without_suggestion, errors)
        return 400, {"errors": [_shown(error) for error in shown]}
    return _executed(document, variables, name, context)


def _executed(
    document: DocumentNode, variables: dict[str, Any], name: str | None, context: RequestContext
) -> Answer:
    result = execute_sync(
        make_schema(),
        document,
        variable_values=variables,
        operation_name=name,
        context_value=context,
        middleware=[list_contract_fields] if _asks_for_schema(document) else None,
    )
    if result.data is None and all(error.path is None for error in result.errors or ()):
        return 400, {"errors": [_shown(error) for error in result.errors or ()]}
    return 200, _answer(result)


def _answer(result: ExecutionResult) -> dict[str, Any]:
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer = {"errors": [_shown(error) for error in result.errors], **answer}
    return answer


def _refused(error: GraphQLError | str, status: int = 400) -> Answer:
    return status, {
        "errors": [_shown(error if isinstance(error, GraphQLError) else GraphQLError(error))]
    }


def _shown(error: GraphQLError) -> dict[str, Any]:
    """The error as clients know it. What we did not raise on purpose is logged and masked."""
    message, code = _message_and_code(error)
    shown: dict[str, Any] = {"message": message}
    if error.locations:
        shown["locations"] = [
            {"line": where.line, "column": where.column} for where in error.locations
        ]
    if error.path is not None:
        shown["path"] = error.path
    return {**shown, "extensions": {"exception": {"code": code}}}


def _message_and_code(error: GraphQLError) -> tuple[str, str]:
    cause = error.original_error
    if isinstance(cause, PermissionDenied):
        return str(cause), "PermissionDenied"
    if isinstance(cause, QueryRefused):
        return str(cause), "GraphQLError"
    if isinstance(cause, Unavailable):
        log.error("service unavailable", extra={"reason": str(cause)})
        return "The service is busy. Please try again in a moment.", "Unavailable"
    if isinstance(error, GraphQLSyntaxError):
        return error.message, "GraphQLSyntaxError"
    # A literal that cannot be read is found before anything is resolved, so it has no path.
    if (
        cause is None
        or isinstance(cause, GraphQLError)
        or (isinstance(cause, ValueError) and error.path is None)
    ):
        return error.message, "GraphQLError"
    log.error("unexpected error", exc_info=cause)
    return "Internal Server Error", "InternalServerError"


def _without_suggestion(error: GraphQLError) -> GraphQLError:
    """The error without "Did you mean": the schema is not for guessing."""
    error.message = error.message.partition(" Did you mean")[0]
    return error


def _asks_for_schema(document: DocumentNode) -> bool:
    return document.loc is not None and "__" in document.loc.source.body


def _check_size(document: DocumentNode) -> None:
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
