"""GraphQL requests: read, checked against our limits and executed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from graphql import DocumentNode, ExecutionResult, GraphQLError, execute_sync

from chalicelib.api.access_line import note_operation
from chalicelib.api.context import RequestContext
from chalicelib.api.error_shapes import persisted_query_error, refusal, shown
from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.api.prepared_query import PreparedQuery, prepare_query
from chalicelib.api.request_body import read_body, read_parameters
from chalicelib.api.schema import list_contract_fields, make_schema
from chalicelib.settings import Settings
from chalicelib.words.text import in_language

MAX_BATCHED: Final = 10
MAX_BYTES: Final = 1_000_000
# Reading the schema takes a tenth of a second, and strangers may do so: ten times in a request.
READS_PER_SCHEMA: Final = 100
_find_schema: Final = re.compile(r"__(?:schema|type)\b").findall

Answer = tuple[int, Any]


def answer_body(raw: bytes, content_type: str, context: RequestContext) -> Answer:
    """Return HTTP status and JSON answer of a body, which holds one request or a list of them."""
    if len(raw) > MAX_BYTES:
        return 413, refusal(f"The request is larger than {MAX_BYTES:,} bytes. Send fewer ids.")
    try:
        body = read_body(raw, content_type)
    except QueryRefused as refused:
        return 400, refusal(str(refused))
    if not context.has_valid_key:
        return 400, refusal("The Idempotency-Key must have 1 to 255 visible ASCII characters.")
    context = context.for_body(body)
    return _answer_list(body, context) if isinstance(body, list) else answer_one(body, context)


def answer_parameters(parameters: Mapping[str, str], context: RequestContext) -> Answer:
    """Return HTTP status and JSON answer of the query in the parameters of a URL."""
    try:
        return answer_one(read_parameters(parameters), context, may_change=False)
    except QueryRefused as refused:
        return 400, refusal(str(refused))


def _answer_list(requests: list[Any], context: RequestContext) -> Answer:
    if len(requests) > MAX_BATCHED:
        return 400, refusal(f"At most {MAX_BATCHED} requests can be sent together.")
    answers = [answer_one(request, context) for request in requests]
    return max((status for status, _ in answers), default=200), [answer for _, answer in answers]


def answer_one(body: Any, context: RequestContext, *, may_change: bool = True) -> Answer:
    """Return HTTP status and answer of one request; without `may_change` it can only be a query."""
    if _is_persisted(body):
        return 200, persisted_query_error()
    try:
        query, variables, name = _read_request(body, context)
    except GraphQLError as error:
        return 400, refusal(error)
    except RecursionError:
        return 400, refusal("The query is nested too deeply.")
    if not may_change and query.is_mutation(name):
        # Browsers and proxies repeat a GET whenever they like.
        return 405, refusal("Send mutations with POST.")
    if query.errors:
        return 400, refusal(*query.errors, suggestions=_settings(context).suggestions)
    try:
        context.budget.spend(READS_PER_SCHEMA * _count_schema(query.document))
    except QueryRefused as refused:
        return 400, refusal(in_language(refused.message, context.language))
    note_operation(query.describe(name))
    return _executed(query.document, variables, name, context)


def _read_request(
    body: Any, context: RequestContext
) -> tuple[PreparedQuery, dict[str, Any], str | None]:
    if not isinstance(body, dict) or not isinstance(body.get("query"), str) or not body["query"]:
        raise GraphQLError("Must provide a query string.")
    variables, name = body.get("variables") or {}, body.get("operationName") or None
    if not isinstance(variables, dict) or not (name is None or isinstance(name, str)):
        raise GraphQLError("Variables must be an object and operationName a string.")
    # Forms have no null, so clients send the word. No operation can have this name in Saleor
    # either.
    query = prepare_query(body["query"], introspection=_settings(context).introspection)
    return query, variables, None if name == "null" else name


def _is_persisted(body: Any) -> bool:
    """Return whether a client (Apollo, urql) sent the hash of a query in place of the query."""
    extensions = body.get("extensions") if isinstance(body, dict) else None
    return isinstance(extensions, dict) and "persistedQuery" in extensions and not body.get("query")


def _settings(context: RequestContext) -> Settings:
    return context.service.settings


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
    # Errors without a path are those of the request itself: variables or the operation's name.
    if result.data is None and all(error.path is None for error in result.errors or ()):
        return 400, refusal(*(result.errors or ()), language=context.language)
    return 200, _answer(result, context)


def _answer(result: ExecutionResult, context: RequestContext) -> dict[str, Any]:
    answer: dict[str, Any] = {"data": result.data}
    if result.errors:
        answer = {"errors": [shown(error, context.language) for error in result.errors], **answer}
    return answer


def _count_schema(document: DocumentNode) -> int:
    """Return how often a query asks for the schema or a type of it, at most."""
    return len(_find_schema(document.loc.source.body)) if document.loc else 0


def _asks_for_schema(document: DocumentNode) -> bool:
    # The middleware costs a call per field, so only introspection gets it.
    return document.loc is not None and "__" in document.loc.source.body
