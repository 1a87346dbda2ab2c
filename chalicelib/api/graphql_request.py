"""One GraphQL request: parsed, held against our limits, executed, and its errors shown in the contract's shape."""

from __future__ import annotations

import json
from typing import Any, Final

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    NoSchemaIntrospectionCustomRule,
    execute_sync,
    parse,
    specified_rules,
    validate,
)

from chalicelib.api.context import RequestContext
from chalicelib.api.error_shapes import shown, without_suggestion
from chalicelib.api.query_limits import check_size
from chalicelib.api.schema import list_contract_fields, make_schema

MAX_TOKENS: Final = 2_000
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
        answers = [answer_one(one, context) for one in body]
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
        check_size(document)
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
        listed = errors if settings.suggestions else map(without_suggestion, errors)
        return 400, {"errors": [shown(error) for error in listed]}
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
        return 400, {"errors": [shown(error) for error in result.errors or ()]}
    return 200, _answer(result)


def _answer(result: ExecutionResult) -> dict[str, Any]:
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer = {"errors": [shown(error) for error in result.errors], **answer}
    return answer


def _refused(error: GraphQLError | str, status: int = 400) -> Answer:
    return status, {
        "errors": [shown(error if isinstance(error, GraphQLError) else GraphQLError(error))]
    }


def _asks_for_schema(document: DocumentNode) -> bool:
    return document.loc is not None and "__" in document.loc.source.body
