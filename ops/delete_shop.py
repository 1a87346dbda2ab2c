"""`delete-shop`: delete the data of one shop.

Every step finds its items by the keys of the shop. An export is deleted after its events, so that
the next run finds the rest of an interrupted one. Objects are deleted last, when workers have
stopped writing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import click

from chalicelib.adapters.aws.batch_writer import BatchWriter, Item
from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog.lease import CatalogLease
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.writer import CatalogWriter
from chalicelib.adapters.export_files.table import (
    EVENTS_KEY,
    FILES_KEY,
    LISTS_KEY,
    downloads_key,
    events_key,
    idempotency_prefix,
    links_key,
    list_partitions,
    request_key,
)
from chalicelib.adapters.file_store import S3FileStore
from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.adapters.shops.table import MARKS_KEY, marks_partition
from chalicelib.adapters.template_store import DynamoTemplateStore
from chalicelib.adapters.template_table import TEMPLATE, TEMPLATES_KEY
from chalicelib.catalog.kinds import PRODUCTS
from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.global_id import is_export_key
from chalicelib.domain.sync import DICTIONARIES
from chalicelib.domain.transitions import fail
from chalicelib.errors import Conflict
from chalicelib.exports.registry import EXPORT_TYPES, FILE_KINDS
from chalicelib.settings import Settings
from ops.apps import find_apps
from ops.catalog_load import CatalogLoad
from ops.catalog_spool import CatalogSpool
from ops.issuers import open_issuers
from ops.options import check_shop, stack_option
from ops.stored_exports import open_store
from ops.tables import make_table

SHOP_DELETED: Final = "The data of this shop was deleted."
# A worker checks every second whether its export is still pending, and stops if not.
QUIET_SECONDS: Final = 5

Step = Callable[[Settings, str], int]


def count_data(settings: Settings, shop: str) -> dict[str, int]:
    """Return how many apps, records, exports and objects a shop has."""
    source, exports = DynamoCatalogSource(settings.catalog_table), list(_exports(settings, shop))
    buckets = (bucket for kind in FILE_KINDS for bucket in source.find_buckets(shop, kind))
    return {
        "issuers": len(open_issuers(settings).find_all(shop)),
        "installations": int(_shops(settings).find(shop) is not None),
        "apps": sum(1 for _ in find_apps(settings.apps_table, shop)),
        "catalogue records": sum(bucket.records for bucket in buckets),
        "templates": len(DynamoTemplateStore(settings.templates_table).find_all(shop)),
        "exports": sum(1 for item in exports if "status" in item),
        "of them pending": sum(1 for item in exports if _is_pending(item)),
        "objects": len(_find_objects(settings, shop)),
    }


def delete_shop(
    settings: Settings,
    shop: str,
    report: Callable[[str, int], Any],
    sleep: Callable[[float], Any] = time.sleep,
) -> None:
    """Delete the data of a shop, and report the count of each step.

    Unavailable if a service does not answer; another run deletes the rest.
    """
    # First those who could start another export, or a sync.
    report("installations deleted", _disconnect(settings, shop))
    report("issuers deleted", _delete_issuers(settings, shop))
    report("apps deleted", _delete_apps(settings, shop))
    ended = _end_exports(settings, shop)
    report("pending exports ended", ended)
    if ended:
        sleep(QUIET_SECONDS)
    for what, step in STEPS.items():
        report(f"{what} deleted", step(settings, shop))


def _shops(settings: Settings) -> DynamoShopStore:
    return DynamoShopStore(settings.shops_table)


def _disconnect(settings: Settings, shop: str) -> int:
    """Delete the installation with its token. A running sync stops: its lease is gone."""
    was_connected = _shops(settings).find(shop) is not None
    _shops(settings).remove(shop)
    return int(was_connected)


def _delete_issuers(settings: Settings, shop: str) -> int:
    issuers = open_issuers(settings)
    return sum(issuers.remove(issuer.issuer) for issuer in issuers.find_all(shop))


def _delete_apps(settings: Settings, shop: str) -> int:
    keys = [{"token_hash": item["token_hash"]} for item in find_apps(settings.apps_table, shop)]
    return _delete(settings.apps_table, keys)


def _end_exports(settings: Settings, shop: str) -> int:
    """Fail the pending exports, so that workers stop and do not start others."""
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
    """Replace every kind by an empty load."""
    table, writer = settings.catalog_table, CatalogWriter(settings.catalog_table)
    with CatalogSpool() as nothing, CatalogLease(table, shop) as lease:
        load = CatalogLoad(nothing, shop, writer, lambda records: lease.renew())
        deleted = sum(change.deleted for change in load.replace(FILE_KINDS).values())
        writer.delete_presets(shop, PRODUCTS)
    return deleted


def _delete_marks(settings: Settings, shop: str) -> int:
    table = settings.marks_table
    partitions = [marks_partition(shop, kind) for kind in (*FILE_KINDS, DICTIONARIES)]
    return sum(_delete(table, _query(table, MARKS_KEY[0], name, MARKS_KEY)) for name in partitions)


def _delete_templates(settings: Settings, shop: str) -> int:
    """Delete the templates of a shop and their counter."""
    table, (partition, place) = settings.templates_table, TEMPLATES_KEY
    keys = list(_query(table, partition, shop, TEMPLATES_KEY))
    _delete(table, keys)
    return sum(key[place]["S"].startswith(TEMPLATE) for key in keys)


def _delete_exports(settings: Settings, shop: str) -> int:
    deleted = 0
    for item in list(_exports(settings, shop)):
        export_id = item["id"]["S"]
        for key in (make(shop, export_id) for make in (events_key, downloads_key, links_key)):
            events = _query(settings.export_events_table, EVENTS_KEY[0], key, EVENTS_KEY)
            _delete(settings.export_events_table, events)
        deleted += "status" in item
        request = {"shop": {"S": request_key(shop, export_id)}, "id": item["id"]}
        job = {"shop": item["shop"], "id": item["id"]}
        _delete(settings.export_files_table, [request, job])
    return deleted


def _delete_lists(settings: Settings, shop: str) -> int:
    table = settings.export_lists_table
    partitions = list_partitions(shop, EXPORT_TYPES)
    return sum(_delete(table, _query(table, LISTS_KEY[0], name, LISTS_KEY)) for name in partitions)


def _delete_keys(settings: Settings, shop: str) -> int:
    pages = (
        client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=settings.idempotency_table,
            FilterExpression="begins_with(request_key, :shop)",
            ExpressionAttributeValues={":shop": {"S": idempotency_prefix(shop)}},
            ProjectionExpression="request_key",
        )
    )
    return _delete(settings.idempotency_table, (item for page in pages for item in page["Items"]))


def _delete_objects(settings: Settings, shop: str) -> int:
    files = S3FileStore(settings.export_bucket)
    for prefix in {_export_prefix(key) for key in _find_uploads(settings, shop)}:
        files.abort_uploads(prefix)
    keys = _find_objects(settings, shop)
    files.remove(keys)
    return len(keys)


STEPS: Final[dict[str, Step]] = {
    "catalogue records": _delete_catalog,
    "marks": _delete_marks,
    "templates": _delete_templates,
    "exports with their events": _delete_exports,
    "list entries and counters": _delete_lists,
    "idempotency keys": _delete_keys,
    "objects": _delete_objects,
}


def _find_objects(settings: Settings, shop: str) -> list[str]:
    keys = S3FileStore(settings.export_bucket).find_keys(f"exports/{shop}/")
    return [key for key in keys if _is_of(shop, key)]


def _find_uploads(settings: Settings, shop: str) -> list[str]:
    """Return the keys of a shop's unfinished uploads."""
    pages = (
        client("s3")
        .get_paginator("list_multipart_uploads")
        .paginate(Bucket=settings.export_bucket, Prefix=f"exports/{shop}/")
    )
    keys = (upload["Key"] for page in pages for upload in page.get("Uploads", ()))
    return [key for key in keys if _is_of(shop, key)]


def _is_of(shop: str, key: str) -> bool:
    """Return whether an object is one of this shop's exports."""
    # Earlier versions accepted a shop `acme/eu`, whose objects lie below those of `acme`.
    return is_export_key(key.removeprefix(f"exports/{shop}/").partition("/")[0])


def _export_prefix(key: str) -> str:
    """Return the prefix of the export that has this object: `exports/SHOP/ID/`."""
    return "/".join(key.split("/")[:3]) + "/"


def _exports(settings: Settings, shop: str) -> Iterator[Item]:
    """Yield key and status of a shop's jobs, and the keys of segments, which have no status."""
    return _query(settings.export_files_table, FILES_KEY[0], shop, [*FILES_KEY, "status"])


def _is_pending(item: Item) -> bool:
    return bool(item.get("status") == {"S": JobStatus.PENDING.value})


def _query(table: str, key: str, value: str, attributes: Sequence[str]) -> Iterator[Item]:
    """Yield these attributes of all items of a partition."""
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
    """Delete all data of SHOP for good: token, apps, catalogue, templates, exports and files.

    Have the staff of a shop on Saleor delete the app first. Remove the shop's issuer from the
    parameter Issuers first, or its users can still start exports. Pending exports are ended before
    anything is deleted. If the command is interrupted, run it again.
    """
    counted = count_data(settings, shop)
    click.echo(make_table([(what, f"{count:,}") for what, count in counted.items()]))
    if not yes:
        click.confirm(f"Delete all of this, and everything else of the shop {shop}?", abort=True)
    delete_shop(settings, shop, report=lambda what, count: click.echo(f"{what}: {count:,}"))
