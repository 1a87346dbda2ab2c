from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import ExportRequest, Formulas, Scope
from chalicelib.errors import LimitReached
from chalicelib.exports.columns import headers_of
from chalicelib.exports.product_columns import CHANNEL_HEADERS, product_columns
from chalicelib.exports.products import MAX_PER_COLUMN_LIST, PRODUCTS
from chalicelib.exports.products import columns_of as read_columns
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.rendering.row_compiler import compile_rows
from tests.catalog_files import PRODUCT_TYPE, make_stock, make_warehouse
from tests.factories import (
    Node,
    fill,
    make_assigned,
    make_attribute,
    make_channel,
    make_listing,
    make_product,
    make_value,
    make_variant,
    make_variant_listing,
    product_document,
)
from tests.fake_catalog import FakeCatalogSource
from tests.fakes import START

ATTRIBUTES = {
    "material": make_attribute(1, "material"),
    "size": make_attribute(2, "size", of_products=False, of_variants=True),
    "both": make_attribute(3, "both", of_variants=True),
    "idle": make_attribute(4, "idle", of_products=False),
    "weight": make_attribute(5, "weight", inputType="NUMERIC"),
}
WAREHOUSES = {name: make_warehouse(name) for name in ("oslo", "bergen")}
CATEGORY = {
    "id": encode_global_id("Category", 1),
    "name": "Chairs",
    "slug": "chairs",
    "ancestors": {"edges": []},
}
CHANNELS = {slug: make_channel(number, slug) for number, slug in enumerate(("us", "eu"), start=1)}


SALEORS_FIELDS = [
    "NAME",
    "DESCRIPTION",
    "PRODUCT_TYPE",
    "CATEGORY",
    "PRODUCT_WEIGHT",
    "COLLECTIONS",
    "CHARGE_TAXES",
    "PRODUCT_MEDIA",
    "VARIANT_ID",
    "VARIANT_SKU",
    "VARIANT_WEIGHT",
    "VARIANT_MEDIA",
]


def make_dictionaries() -> Dictionaries:
    source = FakeCatalogSource()
    for kind, nodes in (
        ("attributes", ATTRIBUTES),
        ("warehouses", WAREHOUSES),
        ("channels", CHANNELS),
        ("categories", {"chairs": CATEGORY}),
        ("product_types", {"simple": PRODUCT_TYPE}),
    ):
        fill(source, kind, *nodes.values())
    return Dictionaries(source, "default")


def ids_of(nodes: Mapping[str, Node], *names: str) -> list[str]:
    return [nodes[name]["id"] for name in names]


def columns_of(**parameters: Any) -> list[Any]:
    return product_columns(
        ExportRequest(export_type="products", parameters=parameters), make_dictionaries()
    )


def rows_of(node: Node, **parameters: Any) -> list[str]:
    """The rows of a product without the id and the end of the line."""
    make_rows = compile_rows(
        columns_of(**parameters), CsvFormat(Formulas.ESCAPE), PRODUCTS.rows_key
    )
    return [
        row.decode().rstrip("\r\n").partition(",")[2]
        for row in make_rows([json.dumps(product_document(node)).encode()])
    ]


@pytest.mark.parametrize(
    "nothing",
    [{}, dict.fromkeys(("fields", "attributes", "warehouses", "channels")), {"fields": []}],
)
def test_without_any_choice_there_is_only_the_id(nothing: dict[str, Any]) -> None:
    assert headers_of(columns_of(**nothing)) == ["id"]


def test_fields_are_in_the_order_asked_and_twice_when_asked_twice() -> None:
    headers = headers_of(columns_of(fields=["VARIANT_SKU", "NAME", "VARIANT_SKU"]))
    assert headers == ["id", "variant sku", "name", "variant sku"]


def test_attributes_of_products_come_before_those_of_variants() -> None:
    headers = headers_of(
        columns_of(attributes=ids_of(ATTRIBUTES, "size", "material", "idle", "both", "both"))
    )
    products = ["both (product attribute)", "material (product attribute)"]
    assert headers == ["id", *products, "both (variant attribute)", "size (variant attribute)"]


def test_warehouses_and_channels_are_sorted_by_slug() -> None:
    chosen = {
        "warehouses": ids_of(WAREHOUSES, "oslo", "bergen"),
        "channels": ids_of(CHANNELS, "us", "eu"),
    }
    headers = headers_of(columns_of(**chosen))
    assert headers[1:3] == ["bergen (warehouse quantity)", "oslo (warehouse quantity)"]
    assert headers[3:] == [
        f"{slug} (channel {name})" for slug in ("eu", "us") for name in CHANNEL_HEADERS
    ]


def test_unknown_ids_add_no_columns() -> None:
    unknown = {
        "attributes": ["x"],
        "warehouses": ["x"],
        "channels": [encode_global_id("Channel", 99)],
    }
    assert headers_of(columns_of(**unknown)) == ["id"]


def test_every_field_has_its_cell() -> None:
    variant = make_variant(3, sku="S-3", weight={"unit": "KG", "value": 0.5})
    node = make_product(
        1, name="Chair", category=CATEGORY, weight={"unit": "KG", "value": 2.0}, variants=[variant]
    )
    (row,) = rows_of(node, fields=SALEORS_FIELDS)
    assert row == f"Chair,null,Simple,chairs,2000 g,,,,{variant['id']},S-3,500 g,"


def test_a_product_without_variants_has_no_variant_id() -> None:
    assert rows_of(make_product(1, variants=[]), fields=["NAME", "VARIANT_ID"]) == ["Product 1,"]


def test_an_attribute_in_both_roles_has_a_cell_from_each() -> None:
    variant = make_variant(1, attributes=[make_assigned("both", make_value("Small"))])
    node = make_product(
        1, attributes=[make_assigned("both", make_value("Oak"))], variants=[variant]
    )
    assert rows_of(node, attributes=ids_of(ATTRIBUTES, "both", "size")) == ["Oak,Small,"]


def test_a_sign_of_a_number_stays_and_that_of_a_text_is_disarmed() -> None:
    weight = make_assigned("weight", make_value("-3"), input_type="NUMERIC")
    node = make_product(1, attributes=[weight, make_assigned("material", make_value("-oak"))])
    assert rows_of(node, attributes=ids_of(ATTRIBUTES, "material", "weight")) == ["'-oak,-3"]


def test_no_stock_is_empty_and_a_stock_of_nothing_is_nought() -> None:
    node = make_product(1, variants=[make_variant(1, stocks=[make_stock("oslo", 0)])])
    assert rows_of(node, warehouses=ids_of(WAREHOUSES, "bergen", "oslo")) == [",0"]


def test_a_listing_has_six_cells_from_the_product_and_four_from_the_variant() -> None:
    variant = make_variant(
        1, channelListings=[make_variant_listing("eu", 9.5, preorderThreshold={"quantity": 4})]
    )
    node = make_product(1, channelListings=[make_listing("eu")], variants=[variant])
    published = "2026-01-02 03:04:05+00:00"
    expected = f"EUR,True,{published},{published},True,,9.500,EUR,,4"
    assert rows_of(node, channels=ids_of(CHANNELS, "eu")) == [expected]


def test_a_variant_that_is_not_listed_has_four_empty_cells() -> None:
    node = make_product(
        1, channelListings=[make_listing("eu", isPublished=False, publishedAt=None)]
    )
    assert rows_of(node, channels=ids_of(CHANNELS, "eu")) == ["EUR,False,,,True,,,,,"]


def test_a_channel_without_listings_has_ten_empty_cells() -> None:
    assert rows_of(make_product(1), channels=ids_of(CHANNELS, "eu")) == ["," * 9]


def test_a_listing_without_a_price_still_has_its_currency() -> None:
    variant = make_variant(1, channelListings=[make_variant_listing("eu", None)])
    node = make_product(1, channelListings=[make_listing("eu")], variants=[variant])
    assert rows_of(node, channels=ids_of(CHANNELS, "eu"))[0].endswith(",,EUR,,")


@pytest.mark.parametrize("scope", [Scope.ALL, Scope.IDS])
def test_a_filter_beside_another_scope_is_ignored(scope: Scope) -> None:
    request = ExportRequest(export_type="products", scope=scope, filter={"search": "nothing"})
    assert PRODUCTS.predicate(request, make_dictionaries(), START) is None


def test_the_one_channel_chosen_is_the_channel_of_the_filter() -> None:
    chosen = {"channels": ids_of(CHANNELS, "eu")}
    request = ExportRequest(
        export_type="products",
        scope=Scope.FILTER,
        filter={"isPublished": True, "channel": "us"},
        parameters=chosen,
    )
    admits = PRODUCTS.predicate(request, make_dictionaries(), START)
    assert admits is not None
    assert {slug: admits(product_document(make_listed(slug))) for slug in CHANNELS} == {
        "us": False,
        "eu": True,
    }


def make_listed(channel: str) -> Node:
    """A product that is for sale in the channel."""
    variant = make_variant(1, channelListings=[make_variant_listing(channel)])
    return make_product(1, channelListings=[make_listing(channel)], variants=[variant])


@pytest.mark.parametrize("field", ["fields", "attributes", "warehouses", "channels"])
def test_the_lists_of_columns_are_bounded(field: str) -> None:
    given = {
        "fields": "NAME",
        "attributes": encode_global_id("Attribute", 1),
        "warehouses": make_warehouse("oslo")["id"],
        "channels": encode_global_id("Channel", 1),
    }
    most = [given[field]] * MAX_PER_COLUMN_LIST
    assert read_columns({field: most})[field]
    with pytest.raises(LimitReached, match=f"At most 1,000 {field} can be given") as refused:
        read_columns({field: [*most, most[0]]})
    assert refused.value.field == field
