"""Real trouble for the service: workers that do not come, and a record that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.local_run import LocalRun


@contextmanager
def no_workers(service: LocalRun) -> Iterator[None]:
    """What is started stays pending until the end of the block."""
    client = service.aws("lambda")
    queue = service.facts["outputs"]["ExportQueue"].rpartition("/")[2]
    found = client.list_event_source_mappings()["EventSourceMappings"]
    [mapping] = [one["UUID"] for one in found if one["EventSourceArn"].endswith(f":{queue}")]
    client.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        yield
    finally:
        client.update_event_source_mapping(UUID=mapping, Enabled=True)


@contextmanager
def unreadable_gift_card(service: LocalRun) -> Iterator[None]:
    """Every export of gift cards fails until the end of the block."""
    client = service.aws("dynamodb")
    table = service.facts["outputs"]["CatalogTable"]
    names = {"#partition": "partition"}
    values = {":kind": {"S": "gift"}}
    # A scan answers in pages, and the pack of gift cards can be on any of them.
    pages = client.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="contains(#partition, :kind) AND attribute_exists(pack)",
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=values,
    )
    whole = next(item for page in pages for item in page["Items"])
    client.put_item(TableName=table, Item={**whole, "pack": {"B": b"\x00broken"}})
    try:
        yield
    finally:
        client.put_item(TableName=table, Item=whole)
