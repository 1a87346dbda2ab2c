"""Catalogues of unusual shape: very many variants, attributes or channels."""

from __future__ import annotations

import csv
from typing import Any

from chalicelib.adapters.catalog.document_codec import encode_document
from chalicelib.adapters.catalog.item import MAX_ITEM_BYTES
from tests.factories import (
    Service,
    fill,
    make_assigned,
    make_attribute,
    make_channel,
    make_listing,
    make_product,
    make_service,
    make_value,
    make_variant,
    make_variant_listing,
    product_document,
)


def rows_of(service: Service, **parameters: Any) -> list[list[str]]:
    """The rows of the CSV file of an export of everything, the header first."""
    job = service.request(parameters=parameters)
    service.work()
    return list(csv.reader(service.file_of(job).decode().splitlines()))


def test_a_product_with_a_thousand_variants_is_an_item_and_a_thousand_rows() -> None:
    variants = [
        make_variant(number, channelListings=[make_variant_listing("eu")])
        for number in range(1, 1001)
    ]
    node = make_product(1, variants=variants)
    assert len(encode_document(product_document(node))) < MAX_ITEM_BYTES
    service = make_service()
    fill(service.source, "products", node)
    rows = rows_of(service, fields=["VARIANT_SKU"])
    assert [row[1] for row in rows[1:]] == [f"SKU-{number}" for number in range(1, 1001)]


def test_two_hundred_attributes_are_two_hundred_columns() -> None:
    attributes = [make_attribute(number, f"attribute-{number:03d}") for number in range(1, 201)]
    service = make_service()
    fill(service.source, "attributes", *attributes)
    assigned = [
        make_assigned(node["slug"], make_value(f"{node['slug']}, a value")) for node in attributes
    ]
    fill(service.source, "products", make_product(1, attributes=assigned))
    header, row = rows_of(service, attributes=[node["id"] for node in attributes])
    assert header[1:] == [f"{node['slug']} (product attribute)" for node in attributes]
    assert row[1:] == [f"{node['slug']}, a value" for node in attributes]


def test_fifty_channels_are_five_hundred_columns() -> None:
    channels = [make_channel(number, f"channel-{number:02d}") for number in range(1, 51)]
    slugs = [node["slug"] for node in channels]
    prices = [make_variant_listing(slug, float(n)) for n, slug in enumerate(slugs, 1)]
    variants = [make_variant(1, channelListings=prices)]
    product = make_product(1, channelListings=list(map(make_listing, slugs)), variants=variants)
    service = make_service()
    fill(service.source, "channels", *channels)
    fill(service.source, "products", product)
    header, row = rows_of(service, channels=[node["id"] for node in channels])
    assert (len(header), len(row)) == (501, 501)
    cells = dict(zip(header, row, strict=True))
    found = [cells[f"{slug} (channel price amount)"] for slug in slugs]
    assert found == [f"{n}.000" for n in range(1, 51)]
