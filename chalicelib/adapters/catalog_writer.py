"""Writing the catalogue table, so that no export ever sees a promise of records that are not there.

A bucket is replaced in this order: its records are put, its directory entry is set to the new count, and only
then what is stale goes. An entry stands (with 0 records, which readers skip) before the first record of its bucket
is put, so a load that was interrupted leaves nothing that the next one would not find.

What is stored already as it shall be is not written again: loading twice costs reads only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.adapters.batch_writer import BatchWriter
from chalicelib.adapters.catalog_item import Item, key_of


@dataclass(frozen=True, slots=True)
class Change:
    """What replacing records did to them; `kept` were stored already as they shall be."""

    written: int = 0
    kept: int = 0
    deleted: int = 0

    def __add__(self, other: Change) -> Change:
        return Change(
            self.written + other.written, self.kept + other.kept, self.deleted + other.deleted
        )


class CatalogWriter(BatchWriter):
    """Replaces buckets of the catalogue table."""

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

    def replace_bucket(
        self, shop: str, kind: str, bucket: int, items: Sequence[Item], promised: int | None
    ) -> Change:
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


def _directory(shop: str, kind: str) -> str:
    return f"{shop}#{kind}#directory"


def _entry(shop: str, kind: str, bucket: int, records: int) -> Item:
    key = {"partition": {"S": _directory(shop, kind)}, "number": {"N": str(bucket)}}
    return key | {"records": {"N": str(records)}}
