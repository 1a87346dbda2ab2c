"""Products that are compressed against a preset, beside those of versions that knew none."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.catalog.document_codec import find_preset_number
from chalicelib.adapters.catalog.item import make_item
from chalicelib.adapters.catalog.lean_dynamodb import make_lean_client
from chalicelib.adapters.catalog.presets import make_preset, preset_item
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.synced import DynamoSyncedCatalog
from chalicelib.adapters.catalog.writer import CatalogWriter, Change
from chalicelib.catalog.documents import CatalogRecord, records_of
from chalicelib.domain.depth import Depth
from chalicelib.errors import CatalogIncomplete, DatabaseUnavailable, Unavailable
from ops.catalog_load import CatalogLoad
from ops.catalog_spool import CatalogSpool
from ops.load_catalog import load_catalog
from tests.catalog_files import make_catalog, make_collection
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
    writer.replace_bucket(SHOP, KIND, 0, items, writer.find_entry(SHOP, KIND, 0))


def read(
    depth: Depth = Depth.WHOLE, source: DynamoCatalogSource | None = None
) -> dict[int, dict[str, Any]]:
    source = source or DynamoCatalogSource("Catalog")
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


@pytest.mark.parametrize("depth", Depth)
def test_products_of_both_forms_are_read_at_every_depth(depth: Depth) -> None:
    store(RECORDS, without=DOCUMENTS)
    alone = read(depth)
    store(RECORDS, without=(2, 5))
    assert read(depth) == alone


class FakePresets:
    """A lean client that notes the requests for presets, and throttles them if asked to."""

    def __init__(self, *, is_throttled: bool = False) -> None:
        self._client = make_lean_client()
        self._is_throttled = is_throttled
        self.asked: list[Any] = []
        self.query = self._client.query

    def batch_get_item(self, **request: Any) -> Any:
        self.asked.append(request["RequestItems"]["Catalog"])
        if self._is_throttled:
            code = "ProvisionedThroughputExceededException"
            raise ClientError({"Error": {"Code": code}}, "BatchGetItem")
        return self._client.batch_get_item(**request)


def test_a_preset_is_read_once_and_from_the_leader() -> None:
    store(RECORDS)
    presets = FakePresets()
    source = DynamoCatalogSource("Catalog", lambda: presets)
    assert read(source=source) == read(source=source) == DOCUMENTS
    assert [one["ConsistentRead"] for one in presets.asked] == [True]


def test_an_export_may_be_tried_again_if_the_preset_is_throttled() -> None:
    store(RECORDS)
    with pytest.raises(Unavailable):
        read(source=DynamoCatalogSource("Catalog", lambda: FakePresets(is_throttled=True)))


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


def test_a_sync_does_not_rely_on_a_preset_that_was_deleted() -> None:
    catalog = DynamoSyncedCatalog("Catalog")
    catalog.store(SHOP, KIND, DOCUMENTS, NOW)
    CatalogWriter("Catalog").delete_presets(SHOP, KIND)
    catalog.store(SHOP, KIND, DOCUMENTS, NOW)
    assert read() == DOCUMENTS


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


class FakeFullTable(CatalogWriter):
    """A writer that is interrupted after the first bucket."""

    def change_bucket(self, *given: Any) -> Change:
        super().change_bucket(*given)
        raise DatabaseUnavailable("The table is full.")


def test_an_interrupted_load_leaves_no_product_without_its_preset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.load_catalog.CatalogWriter", FakeFullTable)
    with pytest.raises(Unavailable):
        load_catalog(make_catalog(tmp_path, products=NODES), SHOP, "Catalog")
    assert read() == DOCUMENTS


def test_products_without_their_preset_fail_with_a_sentence() -> None:
    store(RECORDS)
    CatalogWriter("Catalog").delete_presets(SHOP, KIND)
    with pytest.raises(CatalogIncomplete, match="Load the products again"):
        read()


OTHER_TEXTS = preset_item(SHOP, KIND, b"other texts")["document"]


@pytest.fixture(params=["cut", "other", "empty"])
def damaged(request: pytest.FixtureRequest, dynamodb: Any) -> None:
    """Products are stored, and the preset that they refer to is damaged."""
    store(RECORDS)
    item = preset_item(SHOP, KIND, make_preset(DOCUMENTS.values()))
    cut = {"B": item["document"]["B"][:-9]}
    texts = {"cut": cut, "other": OTHER_TEXTS, "empty": {"B": b""}}[request.param]
    dynamodb.put_item(TableName="Catalog", Item=item | {"document": texts})


@pytest.mark.usefixtures("damaged")
def test_products_of_a_damaged_preset_fail_with_a_sentence() -> None:
    with pytest.raises(CatalogIncomplete, match=r"cannot be read: .+ Load it again\."):
        read()


@pytest.mark.usefixtures("damaged")
def test_a_load_replaces_a_damaged_preset(tmp_path: Path) -> None:
    source, directory = DynamoCatalogSource("Catalog"), make_catalog(tmp_path, products=NODES)
    with pytest.raises(CatalogIncomplete):
        read(source=source)
    changes = [load_catalog(directory, SHOP, "Catalog")[KIND] for _ in range(2)]
    assert changes[1] == Change(kept=len(NODES))
    assert all(refers())
    assert read(source=source) == DOCUMENTS


@pytest.mark.usefixtures("damaged")
def test_a_load_of_other_products_leaves_a_damaged_preset_behind(tmp_path: Path) -> None:
    directory = make_catalog(tmp_path, products=NODES[1:])
    changes = [load_catalog(directory, SHOP, "Catalog")[KIND] for _ in range(2)]
    assert changes[1] == Change(kept=len(NODES) - 1)
    assert list(read().values()) == list(DOCUMENTS.values())[1:]


@pytest.mark.usefixtures("damaged")
def test_a_load_of_other_kinds_passes_over_a_damaged_preset(tmp_path: Path) -> None:
    directory = make_catalog(tmp_path, collections=[make_collection(1)])
    assert load_catalog(directory, SHOP, "Catalog") == {"collections": Change(written=1)}


@pytest.mark.usefixtures("damaged")
def test_a_sync_of_all_products_replaces_a_damaged_preset() -> None:
    DynamoSyncedCatalog("Catalog").store(SHOP, KIND, DOCUMENTS, NOW)
    assert read() == DOCUMENTS


def test_a_shop_that_is_forgotten_leaves_no_preset(dynamodb: Any) -> None:
    catalog = DynamoSyncedCatalog("Catalog")
    catalog.store(SHOP, KIND, DOCUMENTS, NOW)
    catalog.remove_all(SHOP, KIND)
    assert dynamodb.scan(TableName="Catalog")["Items"] == []


def test_an_empty_load_keeps_the_preset_for_a_sync_under_way() -> None:
    store(RECORDS)
    before = CatalogWriter("Catalog").find_preset(SHOP, KIND)
    with CatalogSpool() as nothing:
        CatalogLoad(nothing, SHOP, CatalogWriter("Catalog"), lambda records: None).replace([KIND])
    assert CatalogWriter("Catalog").find_preset(SHOP, KIND) == before
