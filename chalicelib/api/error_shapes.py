"""Errors in the shape that clients of Saleor know."""

from __future__ import annotations

import logging
from typing import Any, Final

from graphql import GraphQLError, GraphQLSyntaxError

from chalicelib.api.graphql_errors import QueryRefused
from chalicelib.errors import PermissionDenied, Unavailable

log: Final = logging.getLogger("waybill")


def shown(error: GraphQLError) -> dict[str, Any]:
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


def without_suggestion(error: GraphQLError) -> GraphQLError:
    """The error without "Did you mean": the schema is not for guessing."""
    error.message = error.message.partition(" Did you mean")[0]
    return error
