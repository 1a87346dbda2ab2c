"""A shop whose version has no preorders any more is read without them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.adapters.saleor.shop import SaleorShop
from chalicelib.domain.shop_api import Connection
from chalicelib.errors import PageBroken, Unavailable

CONNECTION = Connection(api_url="https://shop.example/graphql/", token="t", app_id="QXBwOjE=")
PRODUCT = {"id": "UHJvZHVjdDox", "variants": [{"id": "v", "channelListings": [{"id": "l"}]}]}


class FakeNewerSaleor:
    """Lacks a field; keeps the queries that it was asked."""

    def __init__(self) -> None:
        self.queries: list[str] = []
        self.lacks = "preorder"

    def ask(
        self, url: str, token: str, query: str, variables: Any, *, app_id: str
    ) -> Mapping[str, Any]:
        self.queries.append(query)
        if self.lacks in query:
            raise PageBroken(f'Cannot query field "{self.lacks}" on type "ProductVariant".')
        return {"page": {"edges": [{"node": PRODUCT}]}}


def test_a_shop_without_preorders_is_asked_without_them_from_then_on() -> None:
    saleor = FakeNewerSaleor()
    shop = SaleorShop(saleor)  # type: ignore[arg-type]
    for _ in range(2):
        (product,) = shop.fetch(CONNECTION, "products", ["UHJvZHVjdDox"])
    (variant,) = product["variants"]
    assert variant["preorder"] is None
    assert variant["channelListings"] == [{"id": "l", "preorderThreshold": None}]
    assert ["preorder" in query for query in saleor.queries] == [True, False, False]


def test_a_shop_that_lacks_other_fields_of_products_is_read_later() -> None:
    saleor = FakeNewerSaleor()
    shop = SaleorShop(saleor)  # type: ignore[arg-type]
    shop.without_preorders.add(CONNECTION.api_url)
    saleor.lacks = "channelListings"
    with pytest.raises(Unavailable, match=r"^The shop's version lacks a field of products\.$"):
        shop.fetch(CONNECTION, "products", ["UHJvZHVjdDox"])
