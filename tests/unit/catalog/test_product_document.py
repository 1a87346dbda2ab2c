from __future__ import annotations

import json

import pytest

from chalicelib.catalog.kinds import key_of
from chalicelib.domain.global_id import encode_global_id
from tests.catalog_files import id_of, make_stock
from tests.factories import make_assigned, make_product, make_value, make_variant, product_document

KEY = key_of(id_of("Attribute", "a"))


def cell_of(assigned: dict[str, object]) -> str | None:
    document = product_document(make_product(1, attributes=[assigned]))
    cell: str | None = document.get("attributes", {}).get(KEY)
    return cell


@pytest.mark.parametrize(
    ("input_type", "value", "cell"),
    [
        ("DROPDOWN", make_value("Red", slug="red"), "Red"),
        ("PLAIN_TEXT", make_value("x, y\nz", plainText="x, y\nz"), "x, y\nz"),
        ("NUMERIC", make_value("12.50"), "12.50"),
        ("BOOLEAN", make_value("Yes", boolean=True), "True"),
        ("DATE", make_value("2023-02-01", date="2023-02-01"), "2023-02-01"),
        ("SWATCH", make_value("Red", slug="red", value="#ff0000"), "#ff0000"),
    ],
)
def test_a_value_is_written_by_its_input_type(
    input_type: str, value: dict[str, object], cell: str
) -> None:
    assert cell_of(make_assigned("a", value, input_type=input_type)) == cell


def test_a_number_has_its_unit() -> None:
    assert (
        cell_of(make_assigned("a", make_value("12.50"), input_type="NUMERIC", unit="KG"))
        == "12.50 kg"
    )


def test_several_values_are_sorted_and_joined() -> None:
    values = (make_value("Zeta", slug="zeta"), make_value("Alpha", slug="alpha"))
    assert cell_of(make_assigned("a", *values, input_type="MULTISELECT")) == "Alpha, Zeta"


def test_an_attribute_without_values_has_no_cell() -> None:
    assert cell_of(make_assigned("a")) is None


def test_variants_are_in_the_order_of_their_ids() -> None:
    document = product_document(make_product(1, variants=[make_variant(12), make_variant(3)]))
    assert [variant["sku"] for variant in document["variants"]] == ["SKU-3", "SKU-12"]
    assert [variant["number"] for variant in document["facts"]["variants"]] == [3, 12]


def test_what_is_empty_is_left_out() -> None:
    document = product_document(make_product(1, variants=[]))
    assert document.keys().isdisjoint(
        {"weight", "category", "media", "attributes", "variants", "listings"}
    )


def test_the_description_is_printed_as_postgresql_prints_it() -> None:
    description = json.dumps({"blocks": [], "x": "ü"})
    assert (
        product_document(make_product(1, description=description))["description"]
        == '{"blocks": [], "x": "ü"}'
    )


def test_a_stock_tells_what_is_promised() -> None:
    stock = make_stock("w", 10, allocated=3, reserved=1)
    key = key_of(stock["warehouse"]["id"])
    document = product_document(make_product(1, variants=[make_variant(1, stocks=[stock])]))
    assert document["variants"][0]["stocks"] == {key: 10}
    assert document["facts"]["variants"][0]["allocated"] == {key: 4}


def test_a_reference_is_kept_by_what_it_points_to() -> None:
    value = make_value("Tea", reference=encode_global_id("Product", 7))
    document = product_document(
        make_product(1, attributes=[make_assigned("a", value, input_type="REFERENCE")])
    )
    assert document["facts"]["values"][KEY][0]["reference"] == "Product_7"
