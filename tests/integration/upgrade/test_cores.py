"""An upgrade from versions that stored products without a core."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.adapters.catalog_dynamodb import DynamoCatalogSource
from chalicelib.adapters.catalog_item import make_item
from chalicelib.adapters.catalog_writer import CatalogWriter
from chalicelib.adapters.synced_catalog import DynamoSyncedCatalog
from chalicelib.catalog.documents import CatalogRecord, records_of
from chalicelib.domain.request import Scope
from tests.factories import Service, make_product, make_variant

pytestmark = pytest.mark.usefixtures("dynamodb")
NUMBERS = (1, 2, 3)
FIELDS = {"fields": ["NAME", "PRODUCT_WEIGHT", "VARIANT_ID", "VARIANT_SKU"]}


def make_records() -> list[CatalogRecord]:
    variants = {n: [make_variant(10 * n), make_variant(10 * n + 1)] for n in NUMBERS}
    nodes = [make_product(n, variants=variants[n] if n != 2 else []) for n in NUMBERS]
    return [record for node in nodes for record in records_of("products", node)]


def store(*old: int) -> None:
    """Store three products; some as earlier versions did."""
    items = [make_item("default", one.kind, one.number, one.document) for one in make_records()]
    for item in items:
        if int(item["number"]["N"]) in old:
            del item["core"]
    CatalogWriter("Catalog").replace_bucket("default", "products", 0, items)


def export(**given: Any) -> bytes:
    service = Service(source=DynamoCatalogSource("Catalog"))  # type: ignore[arg-type]
    job = service.request(parameters=FIELDS, **given)
    service.work()
    return service.file_of(service.job(job))


@pytest.mark.parametrize("given", [{}, {"scope": Scope.IDS, "ids": ("UHJvZHVjdDox",)}])
def test_files_are_the_same_whether_all_some_or_no_products_have_a_core(
    given: dict[str, Any],
) -> None:
    files = []
    for old in ((), (1, 3), NUMBERS):
        store(*old)
        files.append(export(**given))
    assert files[0] == files[1] == files[2]
    assert files[0].count(b"\r\n") == (3 if given else 6)


def test_a_sync_gives_products_their_core() -> None:
    store(*NUMBERS)
    documents = {one.number: one.document for one in make_records()}
    catalog = DynamoSyncedCatalog("Catalog")
    now = datetime(2026, 11, 26, tzinfo=UTC)
    stored = [catalog.store("default", "products", documents, now) for _ in range(2)]
    items = CatalogWriter("Catalog").find_bucket("default", "products", 0)
    assert stored == [3, 0]
    assert all("core" in item for item in items)
