"""Writing the catalogue table, so that no export ever sees a promise of records that are not there.

A bucket is replaced in this order: its records are put, its directory entry is set to the new count, and only
then what is stale goes. An entry stands (with 0 records, which readers skip) before the first record of its bucket
is put, so a load that was interrupted leaves nothing that the next one would not find.

What is stored already as it shall be is not written again: loading twice costs reads only.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws import client
from chalicelib.adapters.catalog_item import Item, key_of
from chalicelib.errors import Unavailable

ITEMS_A_BATCH: Final = 25
# Rounds in a row that wrote nothing; with the pauses between them about two minutes.
FRUITLESS_ROUNDS: Final = 20
LONGEST_PAUSE_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Change:
    """What replacing records did to them; `kept` were stored already as they shall be."""

    written: int = 0
    kept: int = 0
    deleted: int = 0

    def __add__(self, other: Change) -> Change:
        return Change(self.written + other.written, self.kept + other.kept, self.deleted + other.deleted)


class CatalogWriter:
    """Replaces buckets of the catalogue table. Its methods may be called from several threads at once.

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

    def find_directory(self, shop: str, kind: str) -> dict[int, int]:
        """Records by bucket, as the directory says; 0 for buckets whose first load was interrupted."""
        items = self._read(_directory(shop, kind))
        return {int(item["number"]["N"]): int(item["records"]["N"]) for item in items}

    def find_items(self, shop: str, kind: str) -> Iterator[list[Item]]:
        """What is stored of a kind, bucket by bucket, whatever the directory promises."""
        for bucket in sorted(self.find_directory(shop, kind)):
            yield self._read(f"{shop}#{kind}#{bucket}")

    def announce(self, shop: str, kind: str, buckets: Iterable[int]) -> None:
        """Enter new buckets into the directory, before their records are put."""
        self.put(_entry(shop, kind, bucket, 0) for bucket in buckets)

    def replace_bucket(self, shop: str, kind: str, bucket: int, items: Sequence[Item], promised: int | None) -> Change:
        """Make the bucket hold these items and no others.

        `promised` is what the directory said of it before the load, None for a bucket that was only now
        announced: there is nothing to compare with.
        """
        stored = {} if promised is None else self._stored(f"{shop}#{kind}#{bucket}")
        wanted = {item["number"]["N"] for item in items}
        changed = [item for item in items if stored.get(item["number"]["N"]) != item]
        stale = [item for number, item in stored.items() if number not in wanted]
        self.put(changed)
        if promised != len(items):
            self.put([_entry(shop, kind, bucket, len(items))])
        self.delete(map(key_of, stale))
        if not items:
            self.delete([key_of(_entry(shop, kind, bucket, 0))])
        return Change(len(changed), len(items) - len(changed), len(stale))

    def put(self, items: Iterable[Item]) -> None:
        """Store items, replacing those of the same keys."""
        self._write([{"PutRequest": {"Item": item}} for item in items])

    def delete(self, keys: Iterable[Item]) -> None:
        """Remove items by key; those that are not there do not matter."""
        self._write([{"DeleteRequest": {"Key": key}} for key in keys])

    def _write(self, requests: Sequence[Mapping[str, Any]]) -> None:
        for start in range(0, len(requests), ITEMS_A_BATCH):
            self._write_batch(requests[start : start + ITEMS_A_BATCH])

    def _write_batch(self, requests: Sequence[Mapping[str, Any]]) -> None:
        """Until DynamoDB has taken every request, as long as some of them get through now and then."""
        waiting, fruitless = requests, 0
        while waiting:
            answer = self._ask("batch_write_item", RequestItems={self._table_name: waiting})
            left = answer.get("UnprocessedItems", {}).get(self._table_name, [])
            fruitless = fruitless + 1 if len(left) == len(waiting) else 0
            if fruitless > FRUITLESS_ROUNDS:
                raise Unavailable(
                    f"The table {self._table_name} is throttled and takes no more writes. Load again later."
                )
            waiting = left
            if waiting:
                self._sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.1 * 2**fruitless)))

    def _stored(self, partition: str) -> dict[str, Item]:
        return {item["number"]["N"]: item for item in self._read(partition)}

    def _read(self, partition: str) -> list[Item]:
        """Every item of a partition, page after page, from the leader."""
        request: dict[str, Any] = {
            "TableName": self._table_name,
            "KeyConditionExpression": "#partition = :partition",
            "ExpressionAttributeNames": {"#partition": "partition"},
            "ExpressionAttributeValues": {":partition": {"S": partition}},
            "ConsistentRead": True,
        }
        items: list[Item] = []
        while True:
            page = self._ask("query", **request)
            items += page["Items"]
            if "LastEvaluatedKey" not in page:
                return items
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _ask(self, operation: str, **request: Any) -> Any:
        try:
            return getattr(self._make_client(), operation)(**request)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable(f"The table {self._table_name} cannot be used: {error}") from error


def _directory(shop: str, kind: str) -> str:
    return f"{shop}#{kind}#directory"


def _entry(shop: str, kind: str, bucket: int, records: int) -> Item:
    key = {"partition": {"S": _directory(shop, kind)}, "number": {"N": str(bucket)}}
    return key | {"records": {"N": str(records)}}
