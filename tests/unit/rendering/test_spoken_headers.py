"""Headers of `layout: PEOPLE` read as people write, for every column of every type."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.file_options import Layout, LayoutOptions, Names
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.rendering.exporter import prepare
from chalicelib.words.german import TEXTS
from tests.catalog_files import make_warehouse
from tests.factories import (
    Service,
    fill,
    make_attribute,
    make_channel,
    make_request,
    make_service,
)

EUROPE = make_channel(1, "eu", name="Web shop {Europe}")
TWIN = make_channel(2, "eu-2", name="Web shop {Europe}")
BOTH = make_attribute(3, "colour", of_variants=True)
PEOPLE = LayoutOptions(layout=Layout.PEOPLE)
HEADERS = {
    "product.name": "Product name",
    "variant.sku": "SKU",
    "product.description": "Description",
    "variant.price.eu": "Price (Web shop {Europe})",
    "variant.cost.eu": "Cost price (Web shop {Europe})",
    "product.available_at.eu": "Available from (Web shop {Europe})",
    "variant.stock.oslo": "Stock: oslo",
    "product.attribute.colour": "Colour",
    "variant.attribute.colour": "Colour (variant)",
    "product.metadata.a.b": "a.b",
}


def make_shop() -> Service:
    service = make_service()
    fill(service.source, "channels", EUROPE, TWIN)
    fill(service.source, "warehouses", make_warehouse("oslo"))
    fill(service.source, "attributes", BOTH)
    return service


def headers(*columns: dict[str, str], layout: LayoutOptions = PEOPLE) -> list[str]:
    service = make_shop()
    request = make_request(parameters={"columns": list(columns)}, layout=layout)
    return prepare(request, service.source, "default", service.clock.now()).headers


def test_headers_read_as_people_write() -> None:
    assert headers(*({"key": key} for key in HEADERS)) == list(HEADERS.values())


def test_slugs_stand_in_headers_where_names_are_not_wanted() -> None:
    layout = LayoutOptions(layout=Layout.PEOPLE, names=Names.SLUG)
    assert headers({"key": "variant.price.eu"}, layout=layout) == ["Price (eu)"]


def test_columns_of_one_name_have_different_headers() -> None:
    price = "Price (Web shop {Europe})"
    twins = headers({"key": "variant.price.eu"}, {"key": "variant.price.eu-2"})
    assert twins == [price, f"{price} 2"]


def test_a_header_of_the_request_stays() -> None:
    assert headers({"key": "variant.price.eu", "label": "eu (net)"}) == ["eu (net)"]


def test_headers_for_people_are_in_the_language() -> None:
    service, keys = make_shop(), ("variant.price.eu", "variant.stock.oslo", "variant.sku")
    columns = [{"key": key} for key in keys]
    people = make_request(parameters={"columns": columns}, layout=PEOPLE)
    given = (service.source, "default", service.clock.now())
    german = prepare(people, *given, "de").headers
    assert german == ["Preis (Web shop {Europe})", "Bestand: oslo", "Artikelnummer"]
    contract = replace(people, layout=LayoutOptions())
    assert prepare(contract, *given, "de").headers == prepare(contract, *given).headers


@pytest.mark.parametrize("name", EXPORT_TYPES)
def test_every_column_has_a_header_for_people_in_every_language(name: str) -> None:
    keys, dictionaries = EXPORT_TYPES[name].column_keys, Dictionaries(make_shop().source, "default")
    listed = dict(keys.list(dictionaries))
    found = {key: keys.find(key, dictionaries) for key in listed}
    assert [key for key, column in found.items() if not (column and column.spoken)] == []
    spoken = {column.spoken.text for column in found.values() if column and column.spoken}
    assert spoken - TEXTS.keys() == set()
