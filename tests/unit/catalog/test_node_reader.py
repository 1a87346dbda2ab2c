from __future__ import annotations

import copy
import math
import os
import subprocess
import sys
from typing import Any

import pytest

from chalicelib.catalog.documents import records_of
from chalicelib.catalog.kinds import key_of
from chalicelib.catalog.node_reader import InvalidNode
from chalicelib.domain.global_id import encode_global_id
from tests.catalog_files import PRODUCT_TYPE, id_of, make_stock, make_voucher, make_warehouse
from tests.factories import (
    Node,
    make_assigned,
    make_attribute,
    make_channel,
    make_gift_card,
    make_listing,
    make_product,
    make_value,
    make_variant,
    make_variant_listing,
)
from tests.unit.catalog.leaves import Path, get_part

STOCK = make_stock("oslo", 1)


def refusal_of(kind: str, node: Node) -> str:
    with pytest.raises(InvalidNode) as refused:
        list(records_of(kind, node))
    return str(refused.value)


def with_variant(**given: Any) -> Node:
    return make_product(1, variants=[make_variant(1), make_variant(2, **given)])


@pytest.mark.parametrize(
    ("kind", "node", "reason"),
    [
        ("gift_cards", make_gift_card(1, 20241225), "code: must be a text, got 20241225"),  # type: ignore[arg-type]
        ("products", make_product(1, name=None), "name: must be a text, got null"),
        (
            "products",
            make_product(1, category={"id": 2024}),
            "category.id: must be a text, got 2024",
        ),
        (
            "product_types",
            {**PRODUCT_TYPE, "name": 2024},
            "name: must be a text, got 2024",
        ),
        (
            "product_types",
            {**PRODUCT_TYPE, "kind": "text"},
            'kind: has the unknown value "text"',
        ),
        (
            "products",
            with_variant(stocks=[{**STOCK, "quantity": 7.0}]),
            "variants[1].stocks[0].quantity: must be a whole number, got 7.0",
        ),
        (
            "products",
            with_variant(stocks=[{**STOCK, "quantity": 10**15}]),
            (
                "variants[1].stocks[0].quantity: "
                "must be a whole number <= 999999999999999, got 1000000000000000"
            ),
        ),
        (
            "products",
            with_variant(
                channelListings=[make_variant_listing("eu", preorderThreshold={"quantity": "many"})]
            ),
            (
                "variants[1].channelListings[0].preorderThreshold.quantity: "
                'must be a whole number or null, got "many"'
            ),
        ),
        (
            "products",
            make_product(1, channelListings=[make_listing("eu", isPublished=None)]),
            "channelListings[0].isPublished: must be true or false, got null",
        ),
        ("channels", make_channel(1, "eu", currencyCode=5), "currencyCode: must be a text, got 5"),
        (
            "channels",
            make_channel(1, "eu", currencyCode="E,R"),
            'currencyCode: must be a currency code like EUR, got "E,R"',
        ),
        (
            "attributes",
            make_attribute(1, "size", inputType="SHAPE"),
            'inputType: has the unknown value "SHAPE"',
        ),
        (
            "warehouses",
            make_warehouse("oslo") | {"id": encode_global_id("Warehouse", 7)},
            "id: must end in a UUID, got '7'",
        ),
        (
            "products",
            make_product(1) | {"id": encode_global_id("Collection", 1)},
            "id: must be the id of a Product, got the id of a Collection",
        ),
        (
            "products",
            make_product(1) | {"id": encode_global_id("Product", "9" * 19)},
            f"id: must end in a number of at most 18 digits, got '{'9' * 19}'",
        ),
        ("products", "text", 'must be an object, got "text"'),
    ],
)
def test_a_wrong_field_is_named_with_its_path_and_its_value(
    kind: str, node: Any, reason: str
) -> None:
    assert refusal_of(kind, node) == reason


@pytest.mark.parametrize("value", [2024, True, None, [], {}])
@pytest.mark.parametrize(
    "path",
    [
        ("productType", "name"),
        ("category", "slug"),
        ("collections", 0, "slug"),
        ("attributes", 0, "attribute", "slug"),
        ("channelListings", 0, "channel", "slug"),
        ("channelListings", 0, "discountedPrice", "currency"),
        ("variants", 0, "stocks", 0, "warehouse", "slug"),
        ("variants", 0, "channelListings", 0, "price", "currency"),
    ],
    ids=repr,
)
def test_a_name_in_a_product_must_be_a_text_although_dictionaries_name_it(
    path: Path, value: Any
) -> None:
    node = make_product(
        1,
        category={"id": encode_global_id("Category", 1)},
        collections=[{"id": encode_global_id("Collection", 1)}],
        attributes=[make_assigned("size", make_value("Large"))],
        channelListings=[make_listing("eu", discountedPrice={"amount": 7.0})],
        variants=[
            make_variant(1, stocks=[STOCK], channelListings=[make_variant_listing("eu", price=7.0)])
        ],
    )
    changed = copy.deepcopy(node)
    *above, name = path
    get_part(changed, tuple(above))[name] = value
    assert f".{name}: must be a text, got " in refusal_of("products", changed)


def test_a_voucher_code_must_be_a_text() -> None:
    voucher = make_voucher(1, "A")
    voucher["codes"][0]["code"] = 20241225
    assert refusal_of("vouchers", voucher) == "codes[0].code: must be a text, got 20241225"


@pytest.mark.parametrize("path", [("usageLimit",), ("codes", 0, "used")])
def test_a_count_of_a_voucher_must_be_a_number_that_files_can_hold(path: Path) -> None:
    voucher = make_voucher(1, "A")
    *above, name = path
    get_part(voucher, tuple(above))[name] = 10**15
    assert f"{name}: must be a whole number <= " in refusal_of("vouchers", voucher)


def test_a_missing_field_is_named_with_its_path() -> None:
    node = with_variant()
    del node["variants"][1]["sku"]
    assert refusal_of("products", node) == "variants[1].sku is missing"


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e12, "12", True, None])
def test_an_amount_must_be_a_number_that_files_can_hold(number: Any) -> None:
    money = {"amount": number, "currency": "EUR"}
    node = with_variant(channelListings=[{**make_variant_listing("eu"), "price": money}])
    assert refusal_of("products", node).startswith("variants[1].channelListings[0].price.amount: ")


@pytest.mark.parametrize(
    "moment", ["yesterday", "2026-02-30T00:00:00Z", "2026-01-01", 7, "0001-01-01T00:00:00+14:00"]
)
def test_a_date_and_time_must_be_one(moment: Any) -> None:
    assert refusal_of("products", make_product(1, updatedAt=moment)).startswith("updatedAt: must")


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York", "UTC"])
def test_a_date_and_time_without_a_zone_is_utc_on_every_machine(zone: str) -> None:
    script = (
        "from chalicelib.catalog.field_types import Moment; "
        "print(Moment.read('2024-01-01T00:00:00'))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "TZ": zone}, stdout=-1, check=True
    )
    assert run.stdout.decode() == "2024-01-01 00:00:00+00:00\n"


@pytest.mark.parametrize(
    ("moment", "cell"),
    [
        ("2023-03-04T03:06:00.123456+00:00", "2023-03-04 03:06:00.123456+00:00"),
        ("2023-03-04T03:06:00Z", "2023-03-04 03:06:00+00:00"),
        ("2023-03-04T03:06:00+02:00", "2023-03-04 01:06:00+00:00"),
    ],
)
def test_a_time_is_in_utc_and_has_a_fraction_only_if_there_is_one(moment: str, cell: str) -> None:
    (record,) = records_of(
        "products", make_product(1, channelListings=[make_listing("eu", publishedAt=moment)])
    )
    assert record.document["listings"][key_of(id_of("Channel", "eu"))].published_at == cell


@pytest.mark.parametrize("typed", ["12", "-0.5", ".5", "-.5", "1.", "+1", "007", "1e3", "1.E-3"])
def test_a_number_is_kept_as_it_was_typed(typed: str) -> None:
    assigned = make_assigned("length", make_value(typed), input_type="NUMERIC")
    (record,) = records_of("products", make_product(1, attributes=[assigned]))
    assert record.document["attributes"][key_of(id_of("Attribute", "length"))] == typed


@pytest.mark.parametrize("typed", [".", "-", "", "1_0", "1,5", "0x1", "１"])
def test_a_text_that_is_not_a_number_is_refused(typed: str) -> None:
    assigned = make_assigned("length", make_value(typed), input_type="NUMERIC")
    reason = f"has a NUMERIC value that is not a number: {typed!r}"
    assert reason in refusal_of("products", make_product(1, attributes=[assigned]))


@pytest.mark.parametrize(
    ("input_type", "value", "reason"),
    [
        ("NUMERIC", make_value("many"), "has a NUMERIC value that is not a number: 'many'"),
        ("NUMERIC", make_value("1e999"), "has a NUMERIC value that is not a number: '1e999'"),
        ("NUMERIC", make_value("NaN"), "has a NUMERIC value that is not a number: 'NaN'"),
        ("BOOLEAN", make_value("Dry: No"), "has a BOOLEAN value whose `boolean` is null"),
        ("DATE", make_value("x"), "has a DATE value whose `date` is null"),
        ("REFERENCE", make_value("x"), "has a REFERENCE value whose `reference` is null"),
    ],
)
def test_a_value_must_be_one_of_its_input_type(input_type: str, value: Node, reason: str) -> None:
    node = make_product(1, attributes=[make_assigned("a", value, input_type=input_type)])
    assert refusal_of("products", node) == f"attributes[0]: {reason}"


@pytest.mark.parametrize("text", ["text", "[]", "7", '{"x": NaN}', '{"x": 1e999}'])
def test_a_description_must_be_an_object_in_json(text: str) -> None:
    reason = refusal_of("products", make_product(1, description=text))
    assert reason == "description: must be the JSON text of an object, as EditorJS writes it"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            {"stocks": [STOCK, STOCK]},
            f"variants[1]: has the stock in warehouse '{STOCK['warehouse']['id']}' twice",
        ),
        (
            {"channelListings": [make_variant_listing("eu")] * 2},
            f"variants[1]: has the listing in channel '{id_of('Channel', 'eu')}' twice",
        ),
        (
            {"attributes": [make_assigned("size")] * 2},
            f"variants[1]: has the attribute '{id_of('Attribute', 'size')}' twice",
        ),
        (
            {"id": encode_global_id("ProductVariant", 1)},
            f"has the variant '{encode_global_id('ProductVariant', 1)}' twice",
        ),
    ],
)
def test_nothing_may_come_twice_where_one_of_the_two_would_be_lost(
    given: Node, reason: str
) -> None:
    assert refusal_of("products", with_variant(**given)) == reason
