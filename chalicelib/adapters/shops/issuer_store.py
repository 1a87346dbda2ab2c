"""Issuers in DynamoDB: added by operators, read by the API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.shops.issuer_table import BY_REACH
from chalicelib.domain.issuer import Issuer
from chalicelib.errors import DatabaseUnavailable

_FIELDS: Final = {field.name for field in fields(Issuer)}


class DynamoIssuerStore:
    """The `IssuerStore` over the table of issuers, with the writes that operators need."""

    def __init__(self, table_name: str) -> None:
        self._table_name = table_name

    def find(self, issuer: str) -> Issuer | None:
        """Return the issuer with this name, or None."""
        with _translated():
            answer = client("dynamodb").get_item(
                TableName=self._table_name, Key={"issuer": {"S": issuer}}
            )
        return _issuer(answer["Item"]) if "Item" in answer else None

    def find_all(self, shop: str) -> tuple[Issuer, ...]:
        """Return the issuers whose reach is this shop, in the order of their names."""
        return self._read(
            "query",
            IndexName=BY_REACH,
            KeyConditionExpression="reach = :shop",
            ExpressionAttributeValues={":shop": {"S": shop}},
        )

    def list(self) -> tuple[Issuer, ...]:
        """Return the issuers of all shops."""
        return self._read("scan")

    def add(self, issuer: Issuer) -> None:
        """Store an issuer. It replaces one with the same name."""
        item = {name: _attribute(value) for name, value in issuer.to_json().items()}
        with _translated():
            client("dynamodb").put_item(
                TableName=self._table_name, Item={**item, "reach": {"S": issuer.reach}}
            )

    def remove(self, issuer: str) -> bool:
        """Remove an issuer and return whether it was stored."""
        with _translated():
            answer = client("dynamodb").delete_item(
                TableName=self._table_name, Key={"issuer": {"S": issuer}}, ReturnValues="ALL_OLD"
            )
        return "Attributes" in answer

    def _read(self, operation: str, **arguments: Any) -> tuple[Issuer, ...]:
        with _translated():
            pages: Iterable[dict[str, Any]] = (
                client("dynamodb")
                .get_paginator(operation)
                .paginate(TableName=self._table_name, **arguments)
            )
            return tuple(_issuer(item) for page in pages for item in page["Items"])


def _attribute(value: str | Iterable[str] | Mapping[str, str]) -> dict[str, Any]:
    if isinstance(value, str):
        return {"S": value}
    if not isinstance(value, Mapping):
        return {"L": [{"S": one} for one in value]}
    return {"M": {name: {"S": claim} for name, claim in value.items()}}


def _issuer(item: Mapping[str, Any]) -> Issuer:
    # An attribute of a later version is left out, so that a rolled back deployment still reads it.
    return Issuer.from_json({name: _value(item[name]) for name in _FIELDS & item.keys()})


def _value(attribute: Mapping[str, Any]) -> Any:
    if "S" in attribute:
        return attribute["S"]
    if "L" in attribute:
        return [one["S"] for one in attribute["L"]]
    return {name: claim["S"] for name, claim in attribute["M"].items()}


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise DatabaseUnavailable(f"The table of issuers did not answer: {error}") from error
