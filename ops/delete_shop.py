"""`delete-shop`: all that is stored of one shop, and nothing of another.

Every step finds what it removes by the shop's own keys, and an export's events go before the export: what is left by a
run that was interrupted is found by the next one. Objects go last, when no worker can be writing any more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

import click

from chalicelib.adapters.aws import client
from chalicelib.adapters.batch_writer import BatchWriter, Item
from chalicelib.adapters.catalog_dynamodb import DynamoCatalogSource
from chalicelib.adapters.catalog_writer import CatalogWriter
from chalicelib.adapters.export_event_models import downloads_key, events_key
from chalicelib.adapters.file_store import S3FileStore
from chalicelib.domain.export_file import JobStatus, fail
from chalicelib.errors import Conflict
from chalicelib.settings import Settings
from ops.apps import find_apps
from ops.catalog_files import FILE_KINDS
from ops.catalog_load import CatalogLoad
from ops.catalog_spool import CatalogSpool
from ops.export_history import open_store
from ops.options import check_shop, stack_option
from ops.tables import make_table

SHOP_DELETED: Final = "The data of this shop was deleted."
# A worker looks every second whether its export is still wanted, and then stops.
QUIET_SECONDS: Final = 5

Step = Callable[[Settings, str], int]


def count_data(settings: Settings, shop: str) -> dict[str, int]:
    """What is stored of a shop: how many of each."""
    source, exports = DynamoCatalogSource(settings.catalog_table), list(_exports(settings, shop))
    buckets = (bucket for kind in FILE_KINDS for bucket in source.find_buckets(shop, kind))
    return {
        "apps": sum(1 for _ in find_apps(settings.apps_table, shop)),
        "catalogue records": sum(bucket.records for bucket in buckets),
        "exports": sum(1 for item in exports if "status" in item),
        "of them pending": sum(1 for item in exports if _is_pending(item)),
        "objects": len(S3FileStore(settings.export_bucket).find_keys(_prefix(shop))),
    }


def delete_shop(
    settings: Settings,
    shop: str,
    tell: Callable[[str, int], Any],
    sleep: Callable[[float], Any] = time.sleep,
) -> None:
    """Delete everything of a shop, telling of each step how much that was. Unavailable: run it again, it goes on."""
    tell("apps deleted", _delete_apps(settings, shop))
    ended = _end_exports(settings, shop)
    tell("pending exports ended", ended)
    if ended:
        sleep(QUIET_SECONDS)
    for what, step in STEPS.items():
        tell(f"{what} deleted", step(settings, shop))


def _delete_apps(settings: Settings, shop: str) -> int:
    keys = [{"token_hash": item["token_hash"]} for item in find_apps(settings.apps_table, shop)]
    return _delete(settings.apps_table, keys)


def _end_exports(settings: Settings, shop: str) -> int:
    """Fail what is pending: its workers stop, and nobody starts it any more."""
    store, ended = open_store(settings), 0
    while pending := [item["id"]["S"] for item in _exports(settings, shop) if _is_pending(item)]:
        for export_id in pending:
            job = store.find(shop, export_id)
            if job is None or job.status is not JobStatus.PENDING:
                continue
            try:
                store.save(fail(job, SHOP_DELETED, error_type="ShopDeleted", now=datetime.now(UTC)))
            except Conflict:
                continue
            ended += 1
    return ended


def _delete_catalog(settings: Settings, shop: str) -> int:
    """A load of nothing at all replaces every kind."""
    with CatalogSpool() as nothing:
        load = CatalogLoad(
            nothing, shop, CatalogWriter(settings.catalog_table), progress=lambda records: None
        )
        return sum(change.deleted for change in load.replace(FILE_KINDS).values())


def _delete_exports(settings: Settings, shop: str) -> int:
    deleted = 0
    for item in list(_exports(settings, shop)):
        export_id = item["id"]["S"]
        for key in (events_key(shop, export_id), downloads_key(shop, export_id)):
            events = _query(
                settings.export_events_table, "export_key", key, ["export_key", "date_id"]
            )
            _delete(settings.export_events_table, events)
        deleted += "status" in item
        _delete(settings.export_files_table, [{"shop": item["shop"], "id": item["id"]}])
    return deleted


def _delete_keys(settings: Settings, shop: str) -> int:
    pages = (
        client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=settings.idempotency_table,
            FilterExpression="begins_with(request_key, :shop)",
            ExpressionAttributeValues={":shop": {"S": f"{shop}#"}},
            ProjectionExpression="request_key",
        )
    )
    return _delete(settings.idempotency_table, (item for page in pages for item in page["Items"]))


def _delete_objects(settings: Settings, shop: str) -> int:
    files = S3FileStore(settings.export_bucket)
    files.abort_uploads(_prefix(shop))
    keys = files.find_keys(_prefix(shop))
    files.remove(keys)
    return len(keys)


STEPS: Final[dict[str, Step]] = {
    "catalogue records": _delete_catalog,
    "exports with their events": _delete_exports,
    "idempotency keys": _delete_keys,
    "objects": _delete_objects,
}


def _prefix(shop: str) -> str:
    return f"exports/{shop}/"


def _exports(settings: Settings, shop: str) -> Iterator[Item]:
    """Keys and status of a shop's jobs, and the keys of their finished segments, which have no status."""
    return _query(settings.export_files_table, "shop", shop, ["shop", "id", "status"])


def _is_pending(item: Item) -> bool:
    return bool(item.get("status") == {"S": JobStatus.PENDING.value})


def _query(table: str, key: str, value: str, attributes: list[str]) -> Iterator[Item]:
    """These attributes of all items of a partition."""
    names = {f"#{name}": name for name in attributes}
    pages = (
        client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=table,
            KeyConditionExpression=f"#{key} = :value",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues={":value": {"S": value}},
            ProjectionExpression=", ".join(names),
            ConsistentRead=True,
        )
    )
    for page in pages:
        yield from page["Items"]


def _delete(table: str, keys: Iterable[Item]) -> int:
    listed = list(keys)
    BatchWriter(table).delete(listed)
    return len(listed)


@click.command("delete-shop", short_help="Delete all data of a shop for good.")
@click.argument("shop", callback=check_shop)
@click.option("--yes", is_flag=True, help="Do not ask.")
@stack_option
def delete_shop_command(shop: str, yes: bool, settings: Settings) -> None:
    """Delete all data of SHOP for good: apps, catalogue, exports with their events and files.

    Pending exports are ended first. Take the shop's issuer out of the parameter Issuers before, or its
    users go on asking for exports. A run that was interrupted is finished by another one.
    """
    counted = count_data(settings, shop)
    click.echo(make_table([(what, f"{count:,}") for what, count in counted.items()]))
    if not yes:
        click.confirm(
            f"Delete all of this, and whatever else there is of the shop {shop}?", abort=True
        )
    delete_shop(settings, shop, tell=lambda what, count: click.echo(f"{what}: {count:,}"))
