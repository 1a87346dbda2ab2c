from __future__ import annotations

import pytest

from chalicelib.adapters.catalog_by_shop import CatalogByShop
from chalicelib.exports.registry import LIVE_KINDS
from tests.fakes import FakeCatalogSource

CONNECTED = "shop.example"


def make_source() -> CatalogByShop:
    """A catalogue whose stored records are called "stored", and those of a shop "live"."""
    stored, live = FakeCatalogSource(), FakeCatalogSource()
    for source, name in ((stored, "stored"), (live, "live")):
        for kind in ("products", "gift_cards", "vouchers", "voucher_codes", "voucher_codes:7"):
            for shop in (CONNECTED, "default"):
                source.add(kind, 1, {"name": name}, shop=shop)
    return CatalogByShop(
        stored=stored,
        live=live,
        live_kinds=LIVE_KINDS,
        is_connected=lambda shop: shop == CONNECTED,
    )


def places_of(shop: str, kind: str) -> set[str]:
    """Where each way of reading finds the records."""
    source = make_source()
    buckets = source.find_buckets(shop, kind)
    pages = [*source.read_buckets(shop, kind, buckets), *source.read_numbers(shop, kind, [1])]
    named = {source.find_dictionary(shop, kind)[0]["name"]}
    return named | {"live" if b"live" in document else "stored" for p in pages for document in p}


@pytest.mark.parametrize("kind", ["gift_cards", "vouchers", "voucher_codes", "voucher_codes:7"])
def test_cards_and_codes_of_a_connected_shop_are_read_from_the_shop(kind: str) -> None:
    assert places_of(CONNECTED, kind) == {"live"}
    assert places_of("default", kind) == {"stored"}


def test_products_are_read_from_the_table_also_for_a_connected_shop() -> None:
    assert places_of(CONNECTED, "products") == {"stored"}
