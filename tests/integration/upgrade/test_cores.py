"""An upgrade from versions that stored products without a core, or each core compressed."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.adapters.catalog.document_codec import decode_document
from chalicelib.adapters.catalog.item import Item, make_item
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.synced import DynamoSyncedCatalog
from chalicelib.adapters.catalog.writer import CatalogWriter
from chalicelib.catalog.documents import CatalogRecord, records_of
from chalicelib.domain.request import Scope
from tests.factories import Service, make_product, make_variant

pytestmark = pytest.mark.usefixtures("dynamodb")
NUMBERS = (1, 2, 3, 4)
FIELDS = {"fields": ["NAME", "PRODUCT_WEIGHT", "VARIANT_ID", "VARIANT_SKU"]}


def make_records() -> list[CatalogRecord]:
    amounts = {1: 2, 2: 0, 3: 2, 4: 30}
    variants = {n: [make_variant(100 * n + one) for one in range(amounts[n])] for n in NUMBERS}
    nodes = [make_product(n, variants=variants[n]) for n in NUMBERS]
    return [record for node in nodes for record in records_of("products", node)]


def make_items() -> list[Item]:
    return [make_item("default", one.kind, one.number, one.document) for one in make_records()]


def without_core(item: Item) -> Item:
    return {name: value for name, value in item.items() if name != "core"}


def with_compressed_core(item: Item) -> Item:
    plain = decode_document(item["core"]["B"])
    return item | {"core": {"B": zlib.compress(plain)}}


def store(change: Callable[[Item], Item], *old: int) -> None:
    """Store all products; some as earlier versions did."""
    items = [change(one) if int(one["number"]["N"]) in old else one for one in make_items()]
    CatalogWriter("Catalog").replace_bucket("default", "products", 0, items)


def export(**given: Any) -> bytes:
    service = Service(source=DynamoCatalogSource("Catalog"))  # type: ignore[arg-type]
    job = service.request(parameters=FIELDS, **given)
    service.work()
    return service.file_of(service.job(job))


@pytest.mark.parametrize("change", [without_core, with_compressed_core])
@pytest.mark.parametrize("given", [{}, {"scope": Scope.IDS, "ids": ("UHJvZHVjdDox",)}])
def test_files_are_the_same_whether_all_some_or_no_products_are_of_an_earlier_version(
    given: dict[str, Any], change: Callable[[Item], Item]
) -> None:
    files = []
    for old in ((), (1, 3), NUMBERS):
        store(change, *old)
        files.append(export(**given))
    assert files[0] == files[1] == files[2]
    assert files[0].count(b"\r\n") == (3 if given else 36)


def test_a_short_core_is_readable_in_the_table_and_a_long_one_is_compressed() -> None:
    cores = [item["core"]["B"] for item in make_items()]
    assert [core.startswith(b"[") for core in cores] == [True, True, True, False]
    assert decode_document(cores[-1]).startswith(b'[4,"Product 4",')


def test_a_sync_gives_products_their_core() -> None:
    store(without_core, *NUMBERS)
    documents = {one.number: one.document for one in make_records()}
    catalog = DynamoSyncedCatalog("Catalog")
    now = datetime(2026, 11, 26, tzinfo=UTC)
    stored = [catalog.store("default", "products", documents, now) for _ in range(2)]
    items = CatalogWriter("Catalog").find_bucket("default", "products", 0)
    assert stored == [4, 0]
    assert all("core" in item for item in items)
