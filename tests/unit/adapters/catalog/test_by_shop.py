from __future__ import annotations

from typing import Any

import pytest

from chalicelib.adapters.catalog.by_shop import CatalogByShop
from chalicelib.domain.depth import Depth
from chalicelib.errors import CatalogOutdated
from chalicelib.exports.registry import LIVE_KINDS
from tests.fake_catalog import FakeCatalogSource

CONNECTED = "shop.example"


def make_source() -> CatalogByShop:
    """A catalogue whose stored records are called "stored", and those of a shop "live"."""
    stored, live = FakeCatalogSource(), FakeCatalogSource()
    for source, name in ((stored, "stored"), (live, "live")):
        for kind in ("products", "gift_cards", "vouchers", "voucher_codes", "voucher_codes:7"):
            for shop in (CONNECTED, "default"):
                source.add(kind, 1, {"name": name, "facts": {"of": name}}, shop=shop)
    return CatalogByShop(
        stored=stored,
        live=live,
        live_kinds=LIVE_KINDS,
        is_connected=lambda shop: shop == CONNECTED,
    )


def read_both_ways(source: CatalogByShop, shop: str, kind: str, **given: Any) -> list[bytes]:
    """What is read of the one record by bucket and by number."""
    buckets = source.find_buckets(shop, kind)
    pages = [
        *source.read_buckets(shop, kind, buckets, **given),
        *source.read_numbers(shop, kind, [1], **given),
    ]
    return [document for page in pages for document in page]


def places_of(shop: str, kind: str) -> set[str]:
    """Where each way of reading finds the records."""
    source = make_source()
    named = {source.find_dictionary(shop, kind)[0]["name"]}
    found = read_both_ways(source, shop, kind)
    return named | {"live" if b"live" in document else "stored" for document in found}


@pytest.mark.parametrize("kind", ["gift_cards", "vouchers", "voucher_codes", "voucher_codes:7"])
def test_cards_and_codes_of_a_connected_shop_are_read_from_the_shop(kind: str) -> None:
    assert places_of(CONNECTED, kind) == {"live"}
    assert places_of("default", kind) == {"stored"}


def test_products_are_read_from_the_table_also_for_a_connected_shop() -> None:
    assert places_of(CONNECTED, "products") == {"stored"}


DEPTHS = (Depth.DOCUMENT, Depth.WHOLE)


@pytest.mark.parametrize("shop", [CONNECTED, "default"])
def test_facts_come_with_whole_documents_alone(shop: str) -> None:
    source = make_source()
    parts, wholes = (read_both_ways(source, shop, "vouchers", depth=it) for it in DEPTHS)
    assert [b"facts" in document for document in (*parts, *wholes)] == [False, False, True, True]
    assert parts == read_both_ways(source, shop, "vouchers")


@pytest.mark.parametrize("shop", [CONNECTED, "default"])
def test_documents_of_an_older_version_than_asked_for_are_refused(shop: str) -> None:
    source = make_source()
    newer, buckets = 1_000, source.find_buckets(shop, "vouchers")
    for read in (
        lambda: list(source.read_buckets(shop, "vouchers", buckets, since=newer)),
        lambda: list(source.read_numbers(shop, "vouchers", [1], since=newer)),
        lambda: source.find_dictionary(shop, "vouchers", since=newer),
    ):
        with pytest.raises(CatalogOutdated):
            read()
