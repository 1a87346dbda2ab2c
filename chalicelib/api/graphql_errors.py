"""Errors of queries that the contract answers at the top level."""

from __future__ import annotations

from chalicelib.errors import WaybillError


class QueryRefused(WaybillError):
    """A query that cannot be answered as it stands: code GraphQLError, the field null."""
