"""A shop whose version has no preorders any more is read without them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.adapters.saleor_shop import SaleorShop
from chalicelib.domain.shop_api import Connection
from chalicelib.errors import PageBroken

CONNECTION = Connection(api_url="https://shop.example/graphql/", token="t", app_id="QXBwOjE=")
PRODUCT = {"id": "UHJvZHVjdDox", "variants": [{"id": "v", "channelListings": [{"id": "l"}]}]}


class FakeNewerSaleor:
    """Knows no preorders; keeps the queries that it was asked."""

    def __init__(self) -> None:
        self.queries: list[str] = []

    def ask(
        self, url: str, token: str, query: str, variables: Any, *, app_id: str
    ) -> Mapping[str, Any]:
        self.queries.append(query)
        if "preorder" in query:
            raise PageBroken('Cannot query field "preorder" on type "ProductVariant".')
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
