"""GraphQL errors in the shape that clients of Saleor know."""

from __future__ import annotations

import logging
from typing import Any, Final

from graphql import GraphQLError, GraphQLSyntaxError

from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.errors import PermissionDenied, Unavailable
from chalicelib.words.text import ENGLISH, in_language

log: Final = logging.getLogger("waybill")


def refusal(
    *errors: GraphQLError | str, suggestions: bool = True, language: str = ENGLISH
) -> dict[str, Any]:
    """Return the answer to a refused request.

    GraphQL clients read `errors`, scripts read `message`.
    """
    listed = [
        shown(error if isinstance(error, GraphQLError) else GraphQLError(error), language)
        for error in errors
    ]
    if not suggestions:
        for error in listed:
            # "Did you mean …" would let strangers explore the schema by guessing.
            error["message"] = error["message"].partition(" Did you mean")[0]
    return {"message": listed[0]["message"] if listed else "", "errors": listed}


def persisted_query_error() -> dict[str, Any]:
    """Return the error that makes Apollo and urql send the query in full."""
    code = "PERSISTED_QUERY_NOT_SUPPORTED"
    extensions = {"code": code, "exception": {"code": "PersistedQueryNotSupported"}}
    return {"errors": [{"message": "PersistedQueryNotSupported", "extensions": extensions}]}


def shown(error: GraphQLError, language: str) -> dict[str, Any]:
    """Return an error as clients see it; an unexpected one is logged and its text hidden."""
    message, code = _message_and_code(error)
    answer: dict[str, Any] = {"message": in_language(message, language)}
    if error.locations:
        answer["locations"] = [
            {"line": where.line, "column": where.column} for where in error.locations
        ]
    if error.path is not None:
        answer["path"] = error.path
    return {**answer, "extensions": {"exception": {"code": code}}}


def _message_and_code(error: GraphQLError) -> tuple[str, str]:
    cause = error.original_error
    if isinstance(cause, PermissionDenied):
        return cause.message, "PermissionDenied"
    if isinstance(cause, QueryRefused):
        return cause.message, "GraphQLError"
    if isinstance(cause, Unavailable):
        log.error("service unavailable", extra={"reason": str(cause)})
        return cause.answer, "Unavailable"
    if isinstance(error, GraphQLSyntaxError):
        # The recorded contract has a code of its own here; every other mistake in a query shares
        # one.
        return error.message, "GraphQLSyntaxError"
    if _is_of_client(error):
        return error.message, "GraphQLError"
    log.error("unexpected error", exc_info=cause)
    return "Internal Server Error", "InternalServerError"


def _is_of_client(error: GraphQLError) -> bool:
    """Return whether the request is wrong, not the service."""
    cause = error.original_error
    # A literal that cannot be read is found before any resolver runs, so it has no path.
    is_literal = isinstance(cause, ValueError) and error.path is None
    return cause is None or isinstance(cause, GraphQLError) or is_literal
