"""Fakes that stand before a DynamoDB client and let it fail the way the real one does."""

from __future__ import annotations

import threading
from typing import Any

from botocore.exceptions import ClientError


class FakeBusyDynamoDB:
    """Takes the first `taken` requests of each batch and leaves the others unprocessed."""

    def __init__(self, client: Any, taken: int) -> None:
        self._client = client
        self._taken = taken
        self.batches: list[int] = []

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._client, operation)

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803
        [(table, requests)] = RequestItems.items()
        self.batches.append(len(requests))
        taken, left = requests[: self._taken], requests[self._taken :]
        if taken:
            self._client.batch_write_item(RequestItems={table: taken})
        return {"UnprocessedItems": {table: left} if left else {}}


class FakeThrottledDynamoDB:
    """Refuses so many writes as a whole, with this error."""

    def __init__(self, client: Any, times: int, code: str) -> None:
        self._client = client
        self._left = times
        self._code = code

    def batch_write_item(self, **request: Any) -> Any:
        self._refuse("BatchWriteItem")
        return self._client.batch_write_item(**request)

    def put_item(self, **request: Any) -> Any:
        self._refuse("PutItem")
        return self._client.put_item(**request)

    def _refuse(self, operation: str) -> None:
        self._left -= 1
        if self._left >= 0:
            raise ClientError({"Error": {"Code": self._code, "Message": "slow"}}, operation)


class FakeShortDynamoDB:
    """Ends the pages of its queries after so many items, as it does after a megabyte."""

    def __init__(self, client: Any, items: int) -> None:
        self._client = client
        self._items = items

    def query(self, **request: Any) -> Any:
        return self._client.query(Limit=self._items, **request)


class FakeDyingDynamoDB:
    """Answers so many batches and no more."""

    def __init__(self, client: Any, batches: int) -> None:
        self._client = client
        self._left = batches
        self._lock = threading.Lock()

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._client, operation)

    def batch_write_item(self, **request: Any) -> Any:
        with self._lock:
            self._left -= 1
            if self._left < 0:
                raise ClientError(
                    {"Error": {"Code": "InternalServerError", "Message": "gone"}}, "BatchWriteItem"
                )
            return self._client.batch_write_item(**request)
