"""The lease of a shop's catalogue: one writer at a time.

It is an item of the catalogue table. Times are texts in ISO 8601, so that they compare and read
well. A lease that is not renewed ends by itself, so that a dead writer does not block others for
long.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws.clients import client, error_code
from chalicelib.adapters.catalog.item import Item, partition_of
from chalicelib.errors import Conflict, DatabaseUnavailable, Unavailable

# Longer than the two minutes for which a writer waits for a throttled table.
LEASE_SECONDS: Final = 600
RENEWAL_SECONDS: Final = 60
_IS_FREE: Final = "attribute_not_exists(#owner) OR #owner = :owner OR #until < :now"
_NAMES: Final = {"#owner": "owner", "#until": "expires_at"}


class CatalogBusy(Conflict):
    """Another writer holds the lease of the catalogue."""


class CatalogLease:
    """A context in which no other process writes the catalogue of a shop; CatalogBusy if one does.

    Call `renew` while the work goes on.
    """

    def __init__(
        self,
        table_name: str,
        shop: str,
        make_client: Callable[[], Any] = lambda: client("dynamodb"),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._table_name = table_name
        self._shop = shop
        self._make_client = make_client
        self._now = now
        self._owner = uuid4().hex
        self._since = self._renewed_at = now()

    def __enter__(self) -> Self:
        self._since = self._now()
        self._put()
        return self

    def __exit__(self, *error: object) -> None:
        # A lease ends by itself, and the error of the work is the one to show.
        with suppress(CatalogBusy, Unavailable):
            self._ask(
                "delete_item",
                Key=_key(self._shop),
                ConditionExpression="#owner = :owner",
                ExpressionAttributeNames={"#owner": "owner"},
                ExpressionAttributeValues={":owner": {"S": self._owner}},
            )

    def renew(self) -> None:
        """Hold the lease for longer, at most once a minute.

        CatalogBusy if another writer has it.
        """
        if self._now() - self._renewed_at >= timedelta(seconds=RENEWAL_SECONDS):
            self._put()

    def _put(self) -> None:
        now = self._now()
        self._ask(
            "put_item",
            Item=self._item(now + timedelta(seconds=LEASE_SECONDS)),
            ConditionExpression=_IS_FREE,
            ExpressionAttributeNames=_NAMES,
            ExpressionAttributeValues={":owner": {"S": self._owner}, ":now": {"S": _text(now)}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
        self._renewed_at = now

    def _item(self, until: datetime) -> Item:
        return _key(self._shop) | {
            "owner": {"S": self._owner},
            "since": {"S": _text(self._since)},
            "expires_at": {"S": _text(until)},
        }

    def _ask(self, operation: str, **request: Any) -> None:
        try:
            getattr(self._make_client(), operation)(TableName=self._table_name, **request)
        except (ClientError, BotoCoreError) as error:
            if error_code(error) == "ConditionalCheckFailedException":
                raise CatalogBusy(_explain(self._shop, error.response.get("Item", {}))) from error
            raise DatabaseUnavailable(
                f"The table {self._table_name} cannot be used: {error}"
            ) from error


def _key(shop: str) -> Item:
    return {"partition": {"S": partition_of(shop, "lease", 0)}, "number": {"N": "0"}}


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(sep=" ", timespec="seconds")


def _explain(shop: str, held: Item) -> str:
    since, until = (held.get(name, {}).get("S", "?") for name in ("since", "expires_at"))
    return (
        f"The catalogue of the shop {shop} has been written by another process since {since}. "
        f"Wait until it ends, then try again. If it died, the catalogue is free after {until}."
    )
