"""A rename in the shop is in the next export, and no product is read again for it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from chalicelib.domain.request import ExportRequest
from chalicelib.domain.sync import SyncStep
from chalicelib.rendering.exporter import prepare
from tests.fake_catalog import FakeCatalogSource
from tests.fakes import START
from tests.sync_world import NAME, SyncWorld, make_world

# The field that shows each name, or the list that names its columns.
FIELDS = {"categories": "CATEGORY", "product_types": "PRODUCT_TYPE", "collections": "COLLECTIONS"}
COLUMNS = ("attributes", "warehouses", "channels")
NEW_TYPE = {"node": {"id": "UHJvZHVjdFR5cGU6OTk=", "slug": "new"}}


@pytest.fixture
def world() -> SyncWorld:
    made = make_world(40)
    made.install()
    return made


def source_of(world: SyncWorld) -> FakeCatalogSource:
    """The catalogue of the shop as exports read it."""
    source = FakeCatalogSource()
    for (shop, kind), documents in world.catalog.documents.items():
        for number, document in documents.items():
            source.add(kind, number, document, shop=shop)
    return source


def export(world: SyncWorld, **parameters: Any) -> list[list[str]]:
    source = source_of(world)
    request = ExportRequest(export_type="products", parameters=parameters)
    exporter = prepare(request, source, NAME, START)
    pages = source.read_buckets(NAME, "products", source.find_buckets(NAME, "products"))
    content = b"".join(exporter.finish(exporter.render(pages))).decode()
    return list(csv.reader(io.StringIO(content, newline="")))


def rename_first(world: SyncWorld, kind: str) -> tuple[str, str]:
    """Rename a record without an event, let the schedule pass; return its id and its old slug."""
    record = world.shop.all(kind)[0]
    old = record["slug"]
    world.shop.rename(kind, record["id"], name="New", slug="new-slug")
    world.undelivered.clear()
    requests = world.server.requests
    world.ask(SyncStep.RECONCILE)
    assert world.server.requests - requests <= 3
    return record["id"], old


@pytest.mark.parametrize("kind", FIELDS)
def test_a_new_name_is_in_the_cells_of_the_next_export(world: SyncWorld, kind: str) -> None:
    before = {one for row in export(world, fields=[FIELDS[kind]])[1:] for one in row[1].split(", ")}
    shown = "name" if kind == "product_types" else "slug"
    old, new = world.shop.all(kind)[0][shown], {"name": "New", "slug": "new-slug"}[shown]
    rename_first(world, kind)
    after = {one for row in export(world, fields=[FIELDS[kind]])[1:] for one in row[1].split(", ")}
    assert after == (before - {old}) | {new}


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_new_name_is_in_the_headers_above_the_same_cells(world: SyncWorld, kind: str) -> None:
    ids = [world.shop.all(kind)[0]["id"]]
    headers, *rows = export(world, **{kind: ids})
    _, old = rename_first(world, kind)
    assert export(world, **{kind: ids}) == [
        [header.replace(f"{old} (", "new-slug (") for header in headers],
        *rows,
    ]


def test_a_filter_finds_an_attribute_by_its_new_slug(world: SyncWorld) -> None:
    from chalicelib.catalog.dictionaries import Dictionaries
    from chalicelib.filters.products import make_context, make_predicate

    attributes = ({"slug": "new-slug"},)
    _, old = rename_first(world, "attributes")
    context = make_context(Dictionaries(source_of(world), NAME), None, START)
    found = {
        slug: make_predicate({"attributes": [{"slug": slug}]}, context)
        for slug in (old, attributes[0]["slug"])
    }
    documents = list(world.documents().values())
    assert not any(found[old](one) for one in documents)
    assert any(found["new-slug"](one) for one in documents)


def test_an_attribute_that_a_type_has_no_more_leaves_its_products(world: SyncWorld) -> None:
    attribute = world.shop.all("attributes")[0]
    attribute["productTypes"] = {"edges": []}
    for product in world.shop.all("products"):
        product["attributes"] = [
            one for one in product["attributes"] if one["attribute"]["id"] != attribute["id"]
        ]
    world.ask(SyncStep.RECONCILE)
    assert world.documents() == world.expected()


def test_an_attribute_that_one_of_its_types_loses_or_gets_back_changes_its_products(
    world: SyncWorld,
) -> None:
    product = world.shop.all("products")[0]
    shown = next(one for one in product["attributes"] if one["values"])
    attribute = world.shop.records["attributes"][shown["attribute"]["id"]]
    edges, other = attribute["productTypes"]["edges"], NEW_TYPE
    attribute["productTypes"] = {"edges": [*edges, other]}
    world.ask(SyncStep.RECONCILE)
    attribute["productTypes"] = {"edges": [other]}
    product["attributes"].remove(shown)
    world.ask(SyncStep.RECONCILE)
    assert world.documents() == world.expected()
    attribute["productTypes"] = {"edges": [*edges, other]}
    product["attributes"].append(shown)
    world.ask(SyncStep.RECONCILE)
    assert world.documents() == world.expected()


def test_a_new_type_with_known_attributes_is_no_reason_to_read_products(world: SyncWorld) -> None:
    attribute = world.shop.all("attributes")[0]
    attribute["productTypes"] = {"edges": [*attribute["productTypes"]["edges"], NEW_TYPE]}
    requests = world.server.requests
    world.ask(SyncStep.RECONCILE)
    assert world.server.requests - requests <= 3


def test_a_category_that_the_shop_has_deleted_is_an_empty_cell(world: SyncWorld) -> None:
    gone = world.shop.all("products")[0]["category"]["id"]
    number = next(n for n, one in world.catalog.of(NAME, "categories").items() if one["id"] == gone)
    del world.catalog.of(NAME, "categories")[number]
    cells = [row[1] for row in export(world, fields=["CATEGORY"])[1:]]
    assert "" in cells
