"""Products that are compressed against a preset, beside those of versions that knew none."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.catalog_dynamodb import DynamoCatalogSource
from chalicelib.adapters.catalog_item import make_item
from chalicelib.adapters.catalog_writer import CatalogWriter, Change
from chalicelib.adapters.document_codec import find_preset_number
from chalicelib.adapters.presets import make_preset
from chalicelib.adapters.synced_catalog import DynamoSyncedCatalog
from chalicelib.catalog.documents import CatalogRecord, records_of
from chalicelib.domain.depth import Depth
from chalicelib.errors import CatalogIncomplete
from ops.catalog_load import CatalogLoad
from ops.catalog_spool import CatalogSpool
from ops.load_catalog import load_catalog
from tests.catalog_files import make_catalog
from tests.factories import make_product, make_variant
from tests.integration.ports.test_synced_catalog import NOW

pytestmark = pytest.mark.usefixtures("dynamodb")
SHOP, KIND = "default", "products"
NODES = [make_product(n, variants=[make_variant(10 * n)]) for n in range(1, 13)]
RECORDS = [record for node in NODES for record in records_of(KIND, node)]
DOCUMENTS = {one.number: one.document for one in RECORDS}


def store(records: Iterable[CatalogRecord], without: Iterable[int] = ()) -> None:
    """Store products against a preset, and some as earlier versions did."""
    writer, preset, old = CatalogWriter("Catalog"), make_preset(DOCUMENTS.values()), set(without)
    writer.put_preset(SHOP, KIND, preset)
    items = [
        make_item(SHOP, KIND, one.number, one.document, b"" if one.number in old else preset)
        for one in records
    ]
    writer.replace_bucket(SHOP, KIND, 0, items)


def read(depth: Depth = Depth.WHOLE) -> dict[int, dict[str, Any]]:
    source = DynamoCatalogSource("Catalog")
    pages = source.read_buckets(SHOP, KIND, source.find_buckets(SHOP, KIND), depth=depth)
    documents = [json.loads(document) for page in pages for document in page]
    return dict(enumerate(documents, start=1))


def refers() -> list[bool]:
    items = CatalogWriter("Catalog").find_bucket(SHOP, KIND, 0)
    return [find_preset_number(item["document"]["B"]) is not None for item in items]


@pytest.mark.parametrize("old", [(), (2, 5), tuple(DOCUMENTS)])
def test_all_some_or_no_products_may_refer_to_a_preset(old: tuple[int, ...]) -> None:
    store(RECORDS, without=old)
    assert read() == DOCUMENTS
    pages = DynamoCatalogSource("Catalog").read_numbers(SHOP, KIND, [5, 2], depth=Depth.WHOLE)
    assert [json.loads(one) for page in pages for one in page] == [DOCUMENTS[5], DOCUMENTS[2]]


def test_a_sync_stores_products_against_a_preset_once() -> None:
    catalog = DynamoSyncedCatalog("Catalog")
    stored = [catalog.store(SHOP, KIND, DOCUMENTS, NOW) for _ in range(2)]
    assert stored == [len(DOCUMENTS), 0]
    assert all(refers())
    assert read() == DOCUMENTS


def test_a_single_product_is_stored_against_the_preset_of_its_shop() -> None:
    catalog = DynamoSyncedCatalog("Catalog")
    catalog.store(SHOP, KIND, {1: DOCUMENTS[1]}, NOW)
    assert refers() == [False]
    catalog.store(SHOP, KIND, DOCUMENTS, NOW)
    catalog.store(SHOP, KIND, {1: DOCUMENTS[2]}, NOW)
    assert all(refers())
    assert read()[1] == DOCUMENTS[2]


def test_a_load_stores_products_against_a_preset_once(tmp_path: Path) -> None:
    directory = make_catalog(tmp_path, products=NODES)
    changes = [load_catalog(directory, SHOP, "Catalog")[KIND] for _ in range(2)]
    assert changes == [Change(written=12), Change(kept=12)]
    assert all(refers())
    assert read() == DOCUMENTS


def test_a_load_keeps_the_preset_of_other_first_products(tmp_path: Path) -> None:
    load_catalog(make_catalog(tmp_path, products=NODES), SHOP, "Catalog")
    before = CatalogWriter("Catalog").find_preset(SHOP, KIND)
    load_catalog(make_catalog(tmp_path, products=NODES[1:]), SHOP, "Catalog")
    assert CatalogWriter("Catalog").find_preset(SHOP, KIND) == before
    assert list(read().values()) == list(DOCUMENTS.values())[1:]


def test_products_without_their_preset_fail_with_a_sentence() -> None:
    store(RECORDS)
    CatalogWriter("Catalog").delete_presets(SHOP, KIND)
    with pytest.raises(CatalogIncomplete, match="Load the products again"):
        read()


def test_a_shop_that_is_forgotten_leaves_no_preset(dynamodb: Any) -> None:
    catalog = DynamoSyncedCatalog("Catalog")
    catalog.store(SHOP, KIND, DOCUMENTS, NOW)
    catalog.remove_all(SHOP, KIND)
    assert dynamodb.scan(TableName="Catalog")["Items"] == []


def test_an_empty_load_leaves_no_preset(dynamodb: Any) -> None:
    store(RECORDS)
    with CatalogSpool() as nothing:
        CatalogLoad(nothing, SHOP, CatalogWriter("Catalog"), lambda records: None).replace([KIND])
    assert dynamodb.scan(TableName="Catalog")["Items"] == []
