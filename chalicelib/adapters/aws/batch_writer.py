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

    def put_if(self, item: Item, name: str, before: Mapping[str, Any] | None) -> bool:
        """Store an item if the stored one has this value of an attribute; None for none.

        Return whether it is stored.
        """
        # A request whose answer was lost is sent again, and finds the item itself.
        condition, values = "#name = :own OR ", {":own": item[name]}
        if before is None:
            condition += "attribute_not_exists(#name)"
        else:
            condition, values[":before"] = condition + "#name = :before", before
        return self._try("put_item", name, condition, values, Item=item)

    def delete_if(self, key: Item, name: str, before: Mapping[str, Any]) -> bool:
        """Delete an item if it has this value of an attribute; return whether it had."""
        return self._try("delete_item", name, "#name = :before", {":before": before}, Key=key)

    def _try(
        self, operation: str, name: str, condition: str, values: Item, **request: Item
    ) -> bool:
        """Send a request until DynamoDB does not throttle it; return whether the condition held."""
        request = {
            **request,
            "ExpressionAttributeNames": {"#name": name},
            "ExpressionAttributeValues": values,
        }
        for fruitless in range(1, MAX_FRUITLESS_ROUNDS + 1):
            try:
                getattr(self._make_client(), operation)(
                    TableName=self._table_name, ConditionExpression=condition, **request
                )
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
