from __future__ import annotations

from typing import Any

import pytest

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.segment import Bucket, BucketRange
from chalicelib.errors import CatalogIncomplete, RequestRefused
from chalicelib.filters.products import FIELDS, check_filter, make_context, make_predicate
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
from tests.unit.filters.product_cases import (
    CASES,
    admits,
    category,
    make_reference,
)


def test_a_record_of_an_older_load_is_refused_rather_than_left_out() -> None:
    predicate = make_predicate({"slugs": ["tea"]}, make_context(make_reference(), None, START))
    with pytest.raises(CatalogIncomplete, match="Load the catalogue again"):
        predicate({"name": "Tea", "slug": "tea"})


@pytest.mark.parametrize(("name", "given", "inside", "outside"), CASES)
def test_a_field_admits_what_it_means_and_nothing_else(
    name: str, given: dict[str, Any], inside: dict[str, Any], outside: dict[str, Any]
) -> None:
    assert admits(given, **inside)
    assert not admits(given, **outside)


def test_every_field_of_the_contract_has_a_case() -> None:
    assert {name for name, *_ in CASES} | {"channel"} == set(FIELDS)


def test_several_fields_must_all_admit() -> None:
    given = {"slugs": ["a"], "hasCategory": False}
    assert admits(given, slug="a")
    assert not admits(given, slug="a", category=category(1))


@pytest.mark.parametrize(
    "given",
    [
        {"ids": ["x"]},
        {"ids": [encode_global_id("Order", 1)]},
        {"categories": ["UHJvZHVjdDox"]},
        {"stocks": {"warehouseIds": ["nothing"]}},
    ],
)
def test_malformed_ids_are_refused_before_the_job_starts(given: dict[str, Any]) -> None:
    with pytest.raises(RequestRefused) as refused:
        check_filter(given)
    assert refused.value.field == "filter"


@pytest.mark.parametrize(
    "given",
    [
        {"price": {}, "minimalPrice": {}, "updatedAt": {}, "stocks": {}},
        {"stocks": {"warehouseIds": [], "quantity": {}}},
        {
            "attributes": [],
            "metadata": [],
            "slugs": [],
            "ids": [],
            "categories": [],
            "collections": [],
        },
        {"search": " \t", "giftCard": None, "hasCategory": None, "isPublished": None},
    ],
)
def test_an_empty_condition_admits_everything(given: dict[str, Any]) -> None:
    assert admits(given)


def test_a_quantity_without_bounds_wants_a_variant_but_no_stock() -> None:
    given = {"stocks": {"quantity": {"gte": None}}}
    assert admits(given, variants=[make_variant(1, stocks=[])])
    assert not admits(given, variants=[])


SIZES = {"attributes": [make_assigned("size", make_value("XL", slug="xl"))]}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ([{"slug": "size", "values": ["xl"]}, {"slug": "size", "values": ["s"]}], True),
        ([{"slug": "size", "values": ["xl"]}, {"slug": "colour", "values": ["red"]}], False),
        ([{"slug": "size"}, {"slug": "colour"}], True),
        ([{"slug": "colour"}], False),
        ([{"slug": "size", "value": {"slug": {"eq": "s", "oneOf": ["xl"]}}}], False),
        ([{"slug": "size", "value": {"slug": {"eq": None}}}], False),
        ([{"slug": "size", "value": {"name": {"oneOf": ["XL"]}}}], True),
    ],
)
def test_attributes_combine_as_in_saleor(wanted: list[dict[str, Any]], found: bool) -> None:
    assert admits({"attributes": wanted}, **SIZES) is found


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"valuesRange": {"lte": 5}}, [False, True]),
        ({"values": None, "valuesRange": {"gte": 1}}, [False, True]),
        ({"valuesRange": {"gte": 1}, "boolean": None}, [False, True]),
        ({"values": None}, [False, False]),
        ({"value": {"numeric": {"range": {"lte": "5.0"}}}}, [True, True]),
        ({"value": {"numeric": {"range": {}}}}, [False, False]),
        ({"value": {"numeric": {"eq": "5.00", "range": {"gte": 6}}}}, [False, True]),
        ({"value": {"numeric": {"oneOf": ["0", "7"]}}}, [True, False]),
    ],
)
def test_numbers_compare_as_in_saleor(condition: dict[str, Any], found: list[bool]) -> None:
    wanted = {"attributes": [{"slug": "length", **condition}]}
    assigned = [
        [make_assigned("length", make_value(name), input_type="NUMERIC")] for name in ("0", "5")
    ]
    assert [admits(wanted, attributes=one) for one in assigned] == found


def test_a_lower_bound_of_null_is_none_so_it_is_from_zero_on() -> None:
    below = [make_assigned("length", make_value("-3"), input_type="NUMERIC")]
    for bounds in ({"lte": 5}, {"gte": None, "lte": 5}):
        assert not admits(
            {"attributes": [{"slug": "length", "valuesRange": bounds}]}, attributes=below
        )


class FakeCountingSource(FakeCatalogSource):
    """A catalogue that counts how often all records of a kind are read."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[str] = []

    def find_buckets(
        self, shop: str, kind: str, within: BucketRange | None = None
    ) -> tuple[Bucket, ...]:
        self.reads.append(kind)
        return super().find_buckets(shop, kind, within)


def test_references_by_slug_and_sku_read_the_products_once() -> None:
    source = FakeCountingSource()
    fill(source, "products", make_product(3, slug="a"), make_product(4, slug="b"))
    fill(source, "attributes", make_attribute(1, "one"), make_attribute(2, "two"))
    references = {
        "productSlugs": {"containsAll": ["a", "b"]},
        "productVariantSkus": {"containsAny": ["SKU-30"]},
    }
    conditions = [{"slug": slug, "value": {"reference": references}} for slug in ("one", "two")]
    make_predicate(
        {"attributes": conditions}, make_context(Dictionaries(source, "default"), None, START)
    )
    assert source.reads == ["products"]


REFERRING = [
    make_value("A", reference=encode_global_id("Product", 3)),
    make_value("B", reference=encode_global_id("Product", 4)),
]


@pytest.mark.parametrize(
    ("contains", "count", "found"),
    [
        ({"containsAll": ["a", "b"]}, 2, True),
        ({"containsAll": ["a", "b"]}, 1, False),
        ({"containsAny": ["a", "unknown"]}, 1, True),
        ({"containsAny": ["b"]}, 1, False),
    ],
)
def test_products_are_referred_to_by_slug(
    contains: dict[str, Any], count: int, found: bool
) -> None:
    source = FakeCatalogSource()
    fill(source, "products", make_product(3, slug="a"), make_product(4, slug="b"))
    fill(source, "attributes", make_attribute(1, "one"))
    given = {"attributes": [{"slug": "one", "value": {"reference": {"productSlugs": contains}}}]}
    context = make_context(Dictionaries(source, "default"), None, START)
    assigned = make_assigned("one", *REFERRING[:count], input_type="REFERENCE")
    product = product_document(make_product(7, attributes=[assigned]))
    assert make_predicate(given, context)(product) is found
