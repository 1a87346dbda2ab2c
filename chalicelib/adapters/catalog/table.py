"""Reads of the catalogue table: ranges of a partition, and items by key."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.catalog.item import Item
from chalicelib.adapters.catalog.lean_dynamodb import BatchPage, LeanItem, QueryPage
from chalicelib.errors import DatabaseUnavailable

# DynamoDB takes 100 keys at most.
KEYS_PER_BATCH: Final = 100
MAX_BATCH_ATTEMPTS: Final = 8


class CatalogTable:
    """The catalogue table. Its methods raise Unavailable if the table does not answer."""

    def __init__(self, name: str, make_client: Callable[[], Any]) -> None:
        self._name = name
        self._make_client = make_client

    @cached_property
    def _client(self) -> Any:
        return self._make_client()

    def read_range(
        self,
        partition: str,
        names: Sequence[str],
        bounds: tuple[int, int] | None = None,
        *,
        consistent: bool = False,
    ) -> list[LeanItem]:
        """Return these attributes of the items between two numbers (inclusive), or of all items."""
        # DynamoDB refuses a BETWEEN whose lower bound is the greater one.
        if bounds and bounds[0] > bounds[1]:
            return []
        request = range_request(self._name, partition, names, bounds, consistent=consistent)
        items: list[LeanItem] = []
        while True:
            page: QueryPage = self._ask("query", request)
            items += page.Items
            if not page.LastEvaluatedKey:
                return items
            request["ExclusiveStartKey"] = page.LastEvaluatedKey

    def read_keys(
        self, keys: Sequence[Item], names: Sequence[str], *, consistent: bool
    ) -> dict[int, LeanItem]:
        """Return these attributes of the items of at most KEYS_PER_BATCH keys, by number.

        Absent items are left out.
        """
        wanted: dict[str, Any] = {
            self._name: {"Keys": keys, "ConsistentRead": consistent, **_projection(names)}
        }
        found: dict[int, LeanItem] = {}
        for attempt in range(MAX_BATCH_ATTEMPTS):
            page: BatchPage = self._ask("batch_get_item", {"RequestItems": wanted})
            for item in page.Responses.get(self._name, ()):
                found[int(item.number.N)] = item
            wanted = page.UnprocessedKeys
            if not wanted:
                return found
            time.sleep(random.uniform(0, 0.05 * 2**attempt))
        raise DatabaseUnavailable(
            "The catalogue table is throttled. Not all records could be read by id."
        )

    def _ask(self, operation: str, request: dict[str, Any]) -> Any:
        try:
            return getattr(self._client, operation)(**request)["Page"]
        except (ClientError, BotoCoreError, msgspec.MsgspecError) as error:
            raise DatabaseUnavailable(f"The catalogue table could not be read: {error}") from error


def range_request(
    table_name: str,
    partition: str,
    names: Sequence[str] = (),
    bounds: tuple[int, int] | None = None,
    *,
    consistent: bool,
) -> dict[str, Any]:
    """Return the parameters of a `Query` for items of a partition.

    It asks for these attributes, or for all if none are named, of the items between two numbers
    (inclusive), or of all items.
    """
    condition, values = "#partition = :partition", {":partition": {"S": partition}}
    projection = _projection(names)
    projection["ExpressionAttributeNames"]["#partition"] = "partition"
    if bounds:
        condition += " AND #number BETWEEN :first AND :last"
        values |= {":first": {"N": str(bounds[0])}, ":last": {"N": str(bounds[1])}}
        projection["ExpressionAttributeNames"]["#number"] = "number"
    return {
        "TableName": table_name,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
        "ConsistentRead": consistent,
        **projection,
    }


def _projection(names: Sequence[str]) -> dict[str, Any]:
    # Any of these names may become a reserved word of DynamoDB.
    aliases = {f"#{name}": name for name in names}
    expression = {"ProjectionExpression": ", ".join(aliases)} if aliases else {}
    return {**expression, "ExpressionAttributeNames": aliases}
