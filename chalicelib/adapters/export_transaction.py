"""Transactions over the tables of exports."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pynamodb.connection import Connection
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.aws import CALLS, CONNECT_SECONDS, READ_SECONDS
from chalicelib.adapters.export_store_errors import warn_when_nearly_full


class ExportTransaction(TransactWrite):
    """A transaction that looks at the size of the shop in DynamoDB's answer."""

    def _commit(self) -> Any:
        answer = super()._commit()
        warn_when_nearly_full(answer)
        return answer


class Transactions:
    """Begins transactions, all over one connection."""

    def begin(self) -> ExportTransaction:
        """Return a new transaction, which is written when its block ends without an error."""
        return ExportTransaction(connection=self.connection, return_item_collection_metrics="SIZE")

    @cached_property
    def connection(self) -> Connection:
        """Return the one connection of this process."""
        # A new connection would make a new client, which costs more than the transaction itself.
        return Connection(
            connect_timeout_seconds=CONNECT_SECONDS,
            read_timeout_seconds=READ_SECONDS,
            max_retry_attempts=CALLS - 1,
        )
