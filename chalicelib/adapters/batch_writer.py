"""Many items into a table, or out of it, until DynamoDB has taken every one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws import client, error_code
from chalicelib.errors import Unavailable

ITEMS_PER_BATCH: Final = 25
# Rounds in a row that wrote nothing; with the pauses between them about two minutes.
FRUITLESS_ROUNDS: Final = 20
MAX_PAUSE_SECONDS: Final = 10.0
# DynamoDB leaves the throttled part of a batch unprocessed, but raises if that is the whole batch.
THROTTLED: Final = ("ProvisionedThroughputExceededException", "ThrottlingException")

Item = dict[str, Any]


class BatchWriter:
    """Puts and deletes items of one table. Its methods may be called from several threads at once.

    All of them raise `Unavailable` when the table cannot be read or written, even after retries.
    """

    def __init__(
        self,
        table_name: str,
        make_client: Callable[[], Any] = lambda: client("dynamodb"),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._table_name = table_name
        self._make_client = make_client
        self._sleep = sleep

    def put(self, items: Iterable[Item]) -> None:
        """Store items, replacing those of the same keys."""
        self._write([{"PutRequest": {"Item": item}} for item in items])

    def delete(self, keys: Iterable[Item]) -> None:
        """Remove items by key; those that are not there do not matter."""
        self._write([{"DeleteRequest": {"Key": key}} for key in keys])

    def _write(self, requests: Sequence[Mapping[str, Any]]) -> None:
        for start in range(0, len(requests), ITEMS_PER_BATCH):
            self._write_batch(requests[start : start + ITEMS_PER_BATCH])

    def _write_batch(self, requests: Sequence[Mapping[str, Any]]) -> None:
        """Until DynamoDB has taken every request, as long as some of them get through now and then."""
        waiting, fruitless = requests, 0
        while waiting:
            left = self._write_once(waiting)
            fruitless = fruitless + 1 if len(left) == len(waiting) else 0
            if fruitless > FRUITLESS_ROUNDS:
                raise Unavailable(
                    f"The table {self._table_name} is throttled and takes no more writes. Load again later."
                )
            waiting = left
            if waiting:
                self._sleep(random.uniform(0, min(MAX_PAUSE_SECONDS, 0.1 * 2**fruitless)))

    def _write_once(self, waiting: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Send the requests, and return those that DynamoDB left: all of them if it throttles."""
        try:
            answer = self._make_client().batch_write_item(RequestItems={self._table_name: waiting})
        except (ClientError, BotoCoreError) as error:
            if error_code(error) in THROTTLED:
                return waiting
            raise Unavailable(f"The table {self._table_name} cannot be used: {error}") from error
        left: Sequence[Mapping[str, Any]] = answer.get("UnprocessedItems", {}).get(
            self._table_name, []
        )
        return left

    def _ask(self, operation: str, **request: Any) -> Any:
        try:
            return getattr(self._make_client(), operation)(**request)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"The table {self._table_name} cannot be used: {error}") from error
