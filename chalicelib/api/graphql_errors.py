"""The error of a query that the contract answers at the top level."""

from __future__ import annotations

from chalicelib.errors import WaybillError


class QueryRefused(WaybillError):
    """A query that cannot be answered: code GraphQLError, the field null."""
