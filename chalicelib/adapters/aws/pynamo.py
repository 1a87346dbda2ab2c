"""PynamoDB over the one DynamoDB client that a container keeps.

On its own, PynamoDB makes a client for each model, with connections of its own.
"""

from __future__ import annotations

from typing import Any

from pynamodb.connection import Connection, TableConnection
from pynamodb.models import Model

from chalicelib.adapters.aws.clients import client


class KeptConnection(Connection):
    """A connection that uses the client of this container, with its limits of time."""

    @property
    def client(self) -> Any:
        """Return the client."""
        return client("dynamodb")


class StoredModel(Model):
    """An item of a table: the base of all models."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        made = super()._get_connection()
        # PynamoDB offers no other place to choose the connection of a model.
        made.connection.__class__ = KeptConnection
        return made
