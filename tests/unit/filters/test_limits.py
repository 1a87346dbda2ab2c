from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.global_id import encode_global_id
from chalicelib.errors import LimitReached
from chalicelib.filters import gift_cards, products

WAREHOUSE = encode_global_id("Warehouse", "00000000-0000-0000-0000-000000000001")


def ids(type_name: str, count: int) -> list[str]:
    return [encode_global_id(type_name, number) for number in range(count)]


def by_reference(**contains: list[str]) -> dict[str, Any]:
    return {"attributes": [{"slug": "brand", "value": {"reference": {"productSlugs": contains}}}]}


def by_name(names: list[str]) -> dict[str, Any]:
    return {"attributes": [{"slug": "brand", "value": {"name": {"oneOf": names}}}]}


PRODUCT_FILTERS: list[tuple[str, int, Any]] = [
    ("search", 200, lambda n: {"search": " or ".join(f"SKU-{i}" for i in range(n))}),
    ("search", 10_000, lambda n: {"search": "a" * n}),
    ("ids", 5_000, lambda n: {"ids": ids("Product", n)}),
    ("slugs", 5_000, lambda n: {"slugs": ["tea"] * n}),
    ("categories", 5_000, lambda n: {"categories": ids("Category", n)}),
    ("warehouseIds", 5_000, lambda n: {"stocks": {"warehouseIds": [WAREHOUSE] * n}}),
    (
        "attributes",
        100,
        lambda n: {"attributes": [{"slug": f"a{i}", "values": []} for i in range(n)]},
    ),
    ("values", 5_000, lambda n: {"attributes": [{"slug": "size", "values": ["xl"] * n}]}),
    ("oneOf", 5_000, lambda n: by_name(["x"] * n)),
    ("containsAny", 5_000, lambda n: by_reference(containsAny=["x"] * n)),
    ("containsAll", 100, lambda n: by_reference(containsAll=["x"] * n)),
    ("metadata", 100, lambda n: {"metadata": [{"key": f"k{i}"} for i in range(n)]}),
]


@pytest.mark.parametrize(("name", "limit", "make_filter"), PRODUCT_FILTERS)
def test_a_product_filter_has_as_many_items_as_the_limit_allows(
    name: str, limit: int, make_filter: Any
) -> None:
    products.check_filter(make_filter(limit))
    with pytest.raises(LimitReached, match=rf"{name}.* {limit:,} are allowed\.") as refused:
        products.check_filter(make_filter(limit + 1))
    assert refused.value.field == "filter"


@pytest.mark.parametrize(
    ("name", "limit", "make_filter"),
    [
        ("tags", 5_000, lambda n: {"tags": ["a"] * n}),
        ("usedBy", 5_000, lambda n: {"usedBy": ids("User", n)}),
        ("metadata", 100, lambda n: {"metadata": [{"key": "k"}] * n}),
    ],
)
def test_a_gift_card_filter_has_as_many_items_as_the_limit_allows(
    name: str, limit: int, make_filter: Any
) -> None:
    gift_cards.check_filter(make_filter(limit))
    with pytest.raises(LimitReached, match=rf"{name}.* {limit:,} are allowed\.") as refused:
        gift_cards.check_filter(make_filter(limit + 1))
    assert refused.value.field == "filter"


def test_a_phrase_is_one_term_of_a_search() -> None:
    products.check_filter({"search": " or ".join(['"carrot juice"'] * 200)})
