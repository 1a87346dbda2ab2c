"""Transactions over the tables of exports."""

from __future__ import annotations

from typing import Any

from pynamodb.transactions import TransactWrite

from chalicelib.adapters.aws.pynamo import KeptConnection
from chalicelib.adapters.export_files.store_errors import warn_when_nearly_full


class ExportTransaction(TransactWrite):
    """A transaction that looks at the size of the shop in DynamoDB's answer."""

    def _commit(self) -> Any:
        answer = super()._commit()
        warn_when_nearly_full(answer)
        return answer


def begin_transaction() -> ExportTransaction:
    """Return a new transaction, which is written when its block ends without an error."""
    return ExportTransaction(connection=KeptConnection(), return_item_collection_metrics="SIZE")
