"""Write or delete many items of a table, retrying until DynamoDB has accepted all of them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws.clients import client, error_code
from chalicelib.errors import DatabaseUnavailable

# DynamoDB takes 25 items at most.
ITEMS_PER_BATCH: Final = 25
# Rounds in a row that wrote nothing. With the pauses between them they take about two minutes.
MAX_FRUITLESS_ROUNDS: Final = 20
MAX_PAUSE_SECONDS: Final = 10.0
# DynamoDB leaves the throttled part of a batch unprocessed, but raises if that is the whole batch.
# The last one is for a table or an account that has reached its quota.
THROTTLED: Final = (
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
)

Item = dict[str, Any]


class BatchWriter:
    """Puts and deletes items of one table. Several threads may use it at once.

    Its methods raise Unavailable if the table cannot be read or written, even after retries.
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
        """Store items. An item replaces one of the same key."""
        self._write([{"PutRequest": {"Item": item}} for item in items])

    def delete(self, keys: Iterable[Item]) -> None:
        """Delete items by key. Absent items do not matter."""
        self._write([{"DeleteRequest": {"Key": key}} for key in keys])

    def put_if(self, item: Item, name: str, accepted: Sequence[Mapping[str, Any]]) -> bool:
        """Store an item unless the stored one has another value of this attribute than these.

        Return whether it is stored. A stored item without the attribute is replaced.
        """
        values = {f":value{place}": value for place, value in enumerate(accepted)}
        condition = " OR ".join(
            ["attribute_not_exists(#name)", *(f"#name = {value}" for value in values)]
        )
        request = {
            "TableName": self._table_name,
            "Item": item,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {"#name": name},
            **({"ExpressionAttributeValues": values} if values else {}),
        }
        for fruitless in range(1, MAX_FRUITLESS_ROUNDS + 1):
            try:
                self._make_client().put_item(**request)
            except (ClientError, BotoCoreError) as error:
                if error_code(error) == "ConditionalCheckFailedException":
                    return False
                if error_code(error) not in THROTTLED:
                    raise self._unusable(error) from error
                self._pause(fruitless)
            else:
                return True
        raise self._throttled()

    def _write(self, requests: Sequence[Mapping[str, Any]]) -> None:
        for start in range(0, len(requests), ITEMS_PER_BATCH):
            self._write_batch(requests[start : start + ITEMS_PER_BATCH])

    def _write_batch(self, requests: Sequence[Mapping[str, Any]]) -> None:
        """Send requests again until DynamoDB has processed all of them."""
        waiting, fruitless = requests, 0
        while waiting:
            left = self._write_once(waiting)
            fruitless = fruitless + 1 if len(left) == len(waiting) else 0
            if fruitless > MAX_FRUITLESS_ROUNDS:
                raise self._throttled()
            waiting = left
            if waiting:
                self._pause(fruitless)

    def _write_once(self, waiting: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
        """Send the requests, and return those that DynamoDB left: all of them if it throttles."""
        try:
            answer = self._make_client().batch_write_item(RequestItems={self._table_name: waiting})
        except (ClientError, BotoCoreError) as error:
            if error_code(error) in THROTTLED:
                return waiting
            raise self._unusable(error) from error
        left: Sequence[Mapping[str, Any]] = answer.get("UnprocessedItems", {}).get(
            self._table_name, []
        )
        return left

    def _ask(self, operation: str, **request: Any) -> Any:
        try:
            return getattr(self._make_client(), operation)(**request)
        except (ClientError, BotoCoreError) as error:
            raise self._unusable(error) from error

    def _pause(self, fruitless: int) -> None:
        self._sleep(random.uniform(0, min(MAX_PAUSE_SECONDS, 0.1 * 2**fruitless)))

    def _throttled(self) -> DatabaseUnavailable:
        return DatabaseUnavailable(
            f"The table {self._table_name} is throttled and accepts no writes. Try again later."
        )

    def _unusable(self, error: Exception) -> DatabaseUnavailable:
        return DatabaseUnavailable(f"The table {self._table_name} cannot be used: {error}")
