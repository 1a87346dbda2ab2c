from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import encode_global_id
from chalicelib.filters.products import make_context, make_predicate
from tests.factories import (
    fill,
    make_assigned,
    make_attribute,
    make_product,
    make_value,
    make_variant,
    product_document,
)
from tests.fake_catalog import FakeCatalogSource
from tests.fakes import START


def finds(text: str, **product: Any) -> bool:
    source = FakeCatalogSource()
    for given in (product, *product.get("variants", ())):
        for number, assigned in enumerate(given.get("attributes", ()), start=1):
            known = {"inputType": assigned["attribute"]["inputType"]}
            fill(
                source, "attributes", make_attribute(number, assigned["attribute"]["slug"], **known)
            )
    context = make_context(Dictionaries(source, "default"), None, START)
    return make_predicate({"search": text}, context)(product_document(make_product(1, **product)))


def assigned(input_type: str, *values: dict[str, Any], unit: str | None = None) -> dict[str, Any]:
    return make_assigned("fact", *values, input_type=input_type, unit=unit)


def page(title: str) -> dict[str, Any]:
    return make_value(title, slug="152_4", reference=encode_global_id("Page", 4))


def rich_text(text: str) -> str:
    return json.dumps({"blocks": [{"type": "paragraph", "data": {"text": text}}]})


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("teapot", {"name": "A teapot"}),
        ("glazed", {"description": rich_text("<b>Glazed</b> clay")}),
        ("tp-1", {"variants": [make_variant(1, sku="TP-1")]}),
        ("small", {"variants": [make_variant(1, name="Small")]}),
    ],
)
def test_search_looks_at_names_description_skus_and_variant_names(
    text: str, product: dict[str, Any]
) -> None:
    assert finds(text, **product)
    assert not finds(text)


ATTRIBUTES = [
    ("clay", assigned("DROPDOWN", make_value("Clay"))),
    ("clay", assigned("MULTISELECT", make_value("Glass"), make_value("Clay"))),
    ("clay", assigned("RICH_TEXT", make_value("", richText=rich_text("of clay")))),
    ("clay", assigned("PLAIN_TEXT", make_value("of clay", plainText="of clay"))),
    ("clay", assigned("PLAIN_TEXT", make_value("long…", plainText="long and of clay"))),
    ("12.50 kg", assigned("NUMERIC", make_value("12.50"), unit="KG")),
    ('"2023-02-01 00:00:00"', assigned("DATE", make_value("", date="2023-02-01"))),
    (
        '"2023-03-04 03:06:00"',
        assigned("DATE_TIME", make_value("", dateTime="2023-03-04T05:06:00.5+02:00")),
    ),
    ("frutello", assigned("SINGLE_REFERENCE", page("Frutello"))),
    ("frutello", assigned("REFERENCE", page("Damaged"), page("Frutello"))),
]


@pytest.mark.parametrize(("text", "attribute"), ATTRIBUTES)
def test_search_looks_at_attribute_values_of_products_and_variants(
    text: str, attribute: dict[str, Any]
) -> None:
    assert finds(text, attributes=[attribute])
    assert finds(text, variants=[make_variant(1, attributes=[attribute])])


@pytest.mark.parametrize(
    "attribute",
    [
        assigned("BOOLEAN", make_value("Clay", boolean=True)),
        assigned("SWATCH", make_value("Clay")),
        assigned("FILE", make_value("clay")),
        assigned("REFERENCE", make_value("Clay", reference=encode_global_id("Product", 2))),
    ],
)
def test_search_does_not_look_at_other_attribute_values(attribute: dict[str, Any]) -> None:
    assert not finds("clay", attributes=[attribute])


def test_search_does_not_look_at_category_collections_and_product_type() -> None:
    number = encode_global_id("Category", 1)
    named = {"id": number, "name": "Clay", "slug": "clay"}
    collection = {**named, "id": encode_global_id("Collection", 1)}
    product_type = {**named, "id": encode_global_id("ProductType", 1), "kind": "NORMAL"}
    assert not finds("clay", category=named, collections=[collection], productType=product_type)
