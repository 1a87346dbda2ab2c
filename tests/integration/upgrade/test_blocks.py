"""An upgrade from versions that stored no blocks, and the core of each product beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog.block_index import COLUMNS
from chalicelib.adapters.catalog.item import Item, key_of, make_item
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.synced import DynamoSyncedCatalog
from chalicelib.adapters.catalog.writer import CatalogWriter, Change
from chalicelib.catalog import versions
from chalicelib.catalog.documents import CatalogRecord, records_of
from chalicelib.catalog.versions import version_of
from chalicelib.domain.block import Block
from chalicelib.errors import CatalogOutdated
from tests.factories import Service, make_product, make_variant

pytestmark = pytest.mark.usefixtures("dynamodb")
NUMBERS = tuple(range(1, 61))
FIELDS = {"fields": ["NAME", "PRODUCT_WEIGHT", "VARIANT_ID", "VARIANT_SKU"]}


def make_records() -> list[CatalogRecord]:
    nodes = (
        make_product(n, variants=[make_variant(100 * n + one) for one in range(n % 3)])
        for n in NUMBERS
    )
    return [record for node in nodes for record in records_of("products", node)]


def make_items() -> list[Item]:
    return [make_item("default", one.kind, one.number, one.document) for one in make_records()]


def load() -> Change:
    writer = CatalogWriter("Catalog")
    entry = writer.find_entry("default", "products", 0)
    return writer.replace_bucket("default", "products", 0, make_items(), entry)


def load_as_before(cores: int) -> None:
    """Store all products as earlier versions did, some of them with a core."""
    load()
    writer = CatalogWriter("Catalog")
    writer.put(item | {"core": {"B": b'[1,"Old",1,"","",[]]'}} for item in make_items()[:cores])
    entry = find_entry()
    del entry[COLUMNS]
    writer.put([entry])
    writer.delete(map(key_of, find_block_items()))


def find_entry() -> Item:
    entry = CatalogWriter("Catalog").find_entry("default", "products", 0)
    assert entry
    return entry


def find_block_items() -> list[Item]:
    items = client("dynamodb").scan(TableName="Catalog")["Items"]
    return [item for item in items if "#columns-" in item["partition"]["S"]]


def export() -> bytes:
    service = Service(source=DynamoCatalogSource("Catalog"))  # type: ignore[arg-type]
    job = service.request(parameters=FIELDS)
    service.work()
    return service.file_of(service.job(job))


@pytest.mark.parametrize("cores", [0, 7, 60])
def test_files_are_the_same_before_and_after_a_load_makes_blocks(cores: int) -> None:
    load_as_before(cores)
    before = export()
    assert not find_block_items()
    assert load() == Change(written=cores, kept=60 - cores)
    assert COLUMNS in find_entry()
    assert find_block_items()
    assert export() == before
    assert before.count(b"\r\n") == 81


def test_a_sync_makes_blocks_although_no_product_has_changed() -> None:
    load_as_before(0)
    documents: dict[int, Any] = {one.number: one.document for one in make_records()[:2]}
    catalog, now = DynamoSyncedCatalog("Catalog"), datetime(2026, 11, 26, tzinfo=UTC)
    catalog.store("default", "products", documents, now)
    before = find_block_items()
    assert COLUMNS in find_entry()
    assert catalog.store("default", "products", documents, now) == 0
    assert find_block_items() == before


def test_blocks_of_an_older_version_are_not_read_for_what_they_lack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load()
    source = DynamoCatalogSource("Catalog")
    buckets = source.find_buckets("default", "products")
    newer = version_of("products") + 1
    pages = source.read_blocks("default", "products", buckets, {"core"}, since=newer - 1)
    assert all(isinstance(page, Block) for page in pages)
    with pytest.raises(CatalogOutdated):
        list(source.read_blocks("default", "products", buckets, {"core"}, since=newer))
    monkeypatch.setitem(versions._VERSIONS, "products", newer)
    assert load().written == 60
    buckets = source.find_buckets("default", "products")
    pages = source.read_blocks("default", "products", buckets, {"core"}, since=newer)
    assert all(isinstance(page, Block) for page in pages)
