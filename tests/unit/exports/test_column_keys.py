"""Columns can be chosen one by one, in any order and with any label."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import encode_global_id
from chalicelib.exports.column_keys import Family
from chalicelib.exports.gift_cards import CODE
from chalicelib.exports.registry import EXPORT_TYPES
from tests.api_client import ApiClient
from tests.catalog_files import PRODUCT_TYPE, id_of, make_stock, make_voucher, make_warehouse
from tests.factories import (
    fill,
    make_assigned,
    make_attribute,
    make_channel,
    make_gift_card,
    make_product,
    make_value,
    make_variant,
    make_variant_listing,
)
from tests.fake_catalog import FakeCatalogSource

CREATE = (
    "mutation($input:Export%sInput!){export%s(input:$input)"
    "{exportFile{id} errors{field code message}}}"
)
NAMES = {"products": "Products", "gift_cards": "GiftCards", "voucher_codes": "VoucherCodes"}
VARIANT = make_variant(
    11,
    name="Large",
    sku="T-1",
    created="2026-01-01T00:00:00+00:00",
    externalReference="PIM-11",
    metadata=[{"key": "ean.code", "value": "400"}],
    stocks=[make_stock("oslo", 3), make_stock("rome", 4)],
    attributes=[make_assigned("size", make_value("L"))],
    channelListings=[make_variant_listing("eu", 9.5, costPrice={"amount": 4.0})],
)
PRODUCT = make_product(
    1,
    name="Tea",
    slug="tea",
    seoTitle="Best tea",
    rating=4.5,
    created="2026-01-02T00:00:00+00:00",
    taxClass={"name": "Food"},
    externalReference="PIM-1",
    metadata=[{"key": "season", "value": "spring"}],
    attributes=[make_assigned("brand", make_value("Acme"))],
    variants=[VARIANT],
)


def make_client() -> ApiClient:
    client = ApiClient()
    source = client.service.source
    fill(source, "products", PRODUCT)
    fill(source, "warehouses", make_warehouse("oslo"), make_warehouse("rome"))
    fill(source, "channels", make_channel(1, "eu"))
    of_variants = make_attribute(2, "size", of_products=False, of_variants=True)
    fill(source, "attributes", make_attribute(1, "brand"), of_variants)
    return client


def ask(client: ApiClient, export_type: str, keys: list[Any], **given: Any) -> dict[str, Any]:
    columns = [{"key": key} if isinstance(key, str) else key for key in keys]
    name = NAMES[export_type]
    given = {"fileType": "CSV", "columns": columns, **given}
    payload: dict[str, Any] = client.ask(CREATE % (name, name), input=given)["data"][
        f"export{name}"
    ]
    return payload


def rows_of(client: ApiClient, export_type: str, keys: list[Any], **given: Any) -> list[list[str]]:
    given = given or {"scope": "ALL"}
    assert ask(client, export_type, keys, **given)["errors"] == []
    client.service.work()
    (job,) = client.service.store.jobs.values()
    return list(csv.reader(client.service.file_of(job).decode().splitlines()))


@pytest.mark.parametrize(
    ("key", "header", "cell"),
    [
        ("product.name", "name", "Tea"),
        ("product.slug", "slug", "tea"),
        ("product.seo.title", "seo title", "Best tea"),
        ("product.seo.description", "seo description", ""),
        ("product.rating", "rating", "4.5"),
        ("product.created", "created", "2026-01-02 00:00:00+00:00"),
        ("product.updated", "updated", "2026-11-24 08:00:00+00:00"),
        ("product.tax_class", "tax class", "Food"),
        ("product.external_reference", "external reference", "PIM-1"),
        ("product.metadata.season", "season (metadata)", "spring"),
        ("product.metadata.absent", "absent (metadata)", ""),
        ("product.attribute.brand", "brand (product attribute)", "Acme"),
        ("product.description.text", "description text", ""),
        ("variant.name", "variant name", "Large"),
        ("variant.sku", "variant sku", "T-1"),
        ("variant.created", "variant created", "2026-01-01 00:00:00+00:00"),
        ("variant.external_reference", "variant external reference", "PIM-11"),
        ("variant.metadata.ean.code", "ean.code (metadata)", "400"),
        ("variant.attribute.size", "size (variant attribute)", "L"),
        (f"variant.attribute.{id_of('Attribute', 'size')}", "size (variant attribute)", "L"),
        ("variant.stock.oslo", "oslo (warehouse quantity)", "3"),
        ("variant.stock.total", "total stock", "7"),
        ("variant.price.eu", "eu (channel price amount)", "9.500"),
        ("variant.cost.eu", "eu (channel variant cost price)", "4.000"),
    ],
)
def test_a_product_column_is_chosen_by_its_key(key: str, header: str, cell: str) -> None:
    rows = rows_of(make_client(), "products", ["variant.id", key])
    assert rows == [["variant id", header], [VARIANT["id"], cell]]


@pytest.mark.parametrize("file_type", ["XLSX", "JSONL", "PARQUET"])
@pytest.mark.parametrize(
    ("export_type", "chosen"),
    [
        ("products", {"scope": "ALL"}),
        ("gift_cards", {"scope": "ALL"}),
        ("voucher_codes", {"voucherId": encode_global_id("Voucher", 1)}),
    ],
)
def test_every_column_can_stand_in_a_file_with_types(
    export_type: str, chosen: dict[str, str], file_type: str
) -> None:
    client = make_client()
    fill(client.service.source, "gift_cards", make_gift_card(1, "GIFT-1"))
    fill(client.service.source, "vouchers", make_voucher(1, "CODE-1"))
    fill(client.service.source, "product_types", PRODUCT_TYPE)
    dictionaries = Dictionaries(client.service.source, "default")
    columns = [key for key, _ in EXPORT_TYPES[export_type].column_keys.list(dictionaries)]
    given = {**chosen, "fileType": file_type, "layout": "PEOPLE"}
    assert ask(client, export_type, columns, **given)["errors"] == []
    client.service.work()
    (job,) = client.service.store.jobs.values()
    assert (job.status, job.row_count, job.message) == ("SUCCESS", 1, None)


def test_columns_stand_in_the_order_and_under_the_labels_asked_for() -> None:
    keys = [
        {"key": "variant.stock.total", "label": "Stock"},
        {"key": "product.name", "label": "Title"},
        "variant.name",
        "product.slug",
    ]
    assert rows_of(make_client(), "products", keys) == [
        ["Stock", "Title", "variant name", "slug"],
        ["7", "Tea", "Large", "tea"],
    ]


def test_a_product_without_variants_has_empty_variant_facts() -> None:
    client = ApiClient()
    fill(client.service.source, "products", make_product(1, slug="tea", variants=[]))
    assert rows_of(client, "products", ["product.slug", "variant.name"])[1:] == [["tea", ""]]


@pytest.mark.parametrize(
    ("columns", "info"),
    [
        (["product.name", "variant.sku"], {"fields": ["NAME", "VARIANT_SKU"]}),
        (["product.attribute.brand"], {"attributes": [id_of("Attribute", "brand")]}),
        (["variant.stock.oslo"], {"warehouses": [make_warehouse("oslo")["id"]]}),
    ],
)
def test_the_contract_s_inputs_are_another_spelling(
    columns: list[str], info: dict[str, Any]
) -> None:
    by_key = rows_of(make_client(), "products", ["product.id", *columns])
    assert rows_of(make_client(), "products", [], scope="ALL", exportInfo=info) == by_key


@pytest.mark.parametrize("key", ["product.colour", "product.attribute.nothing", "variant", "x."])
def test_an_unknown_column_is_refused_by_name(key: str) -> None:
    (error,) = ask(make_client(), "products", [key], scope="ALL")["errors"]
    assert (error["field"], error["code"]) == ("columns", "NOT_FOUND")
    assert key in error["message"]


def test_a_column_that_vanished_fails_the_export_by_name() -> None:
    client = make_client()
    ask(client, "products", ["product.attribute.brand"], scope="ALL")
    client.service.source.records["default", "attributes"].clear()
    client.service.work()
    (job,) = client.service.store.jobs.values()
    assert job.status.value == "FAILED"
    assert "product.attribute.brand" in (job.message or "")


def test_both_spellings_at_once_are_refused() -> None:
    info = {"fields": ["NAME"]}
    (error,) = ask(make_client(), "products", ["product.name"], scope="ALL", exportInfo=info)[
        "errors"
    ]
    assert error["field"] == "columns"


def test_gift_cards_have_balances_dates_tags_and_their_product() -> None:
    client = ApiClient()
    card = make_gift_card(
        1,
        "A-1",
        tags=[{"name": "b"}, {"name": "a"}],
        expiryDate="2027-01-01",
        created="2026-01-01T00:00:00+00:00",
        product={"id": id_of("Product", "tea"), "name": "Tea"},
        currentBalance={"amount": 2.5, "currency": "USD"},
    )
    fill(client.service.source, "gift_cards", card)
    keys = ["code", "initial_balance", "current_balance", "currency", "active", "expiry"]
    (_, row) = rows_of(client, "gift_cards", [*keys, "tags", "created", "last_used", "product"])
    assert row[:6] == ["A-1", "10.000", "2.500", "USD", "True", "2027-01-01"]
    assert row[6:] == ["b, a", "2026-01-01 00:00:00+00:00", "", "Tea"]


def test_voucher_codes_have_their_voucher_and_their_uses() -> None:
    client = ApiClient()
    voucher = make_voucher(1, "SAVE") | {"usageLimit": 5}
    voucher["codes"][0]["used"] = 2
    fill(client.service.source, "vouchers", voucher)
    keys = ["code", "voucher", "used", "uses_left", "active", "created"]
    (_, row) = rows_of(client, "voucher_codes", keys, voucherId=voucher["id"])
    assert row == ["SAVE", "Voucher 1", "2", "3", "True", "2026-11-24 08:00:00+00:00"]


LIST = (
    "query($type:String!,$search:String){exportColumns(exportType:$type,search:$search){key label}}"
)


def test_the_columns_of_a_shop_are_listed_with_their_labels() -> None:
    listed = make_client().ask(LIST, type="products", search="oslo")["data"]["exportColumns"]
    assert listed == [{"key": "variant.stock.oslo", "label": "oslo (warehouse quantity)"}]


@pytest.mark.parametrize("export_type", NAMES)
def test_every_column_that_is_listed_can_be_asked_for(export_type: str) -> None:
    client = make_client()
    keys = EXPORT_TYPES[export_type].column_keys
    dictionaries = Dictionaries(client.service.source, "default")
    listed = [key for key, _ in keys.list(dictionaries)]
    assert listed
    assert all(keys.find(key, dictionaries) for key in listed)


def test_the_records_are_gone_through_once_however_many_columns_are_looked_up() -> None:
    source = FakeCatalogSource()
    looked_at: list[str] = []
    fill(source, "channels", *(make_channel(one, f"c{one}") for one in range(1, 4)))

    def includes(channel: Mapping[str, Any]) -> bool:
        looked_at.append(channel["slug"])
        return bool(channel["slug"] != "c3")

    family = Family(lambda channel: replace(CODE, header=channel["slug"]), "channels", includes)
    dictionaries = Dictionaries(source, "default")
    asked = ["c2", "c1", "c3", "c2", dictionaries.all("channels")[0]["id"], "nothing"]
    found = [family.find(one, dictionaries) for one in asked]
    first = dictionaries.all("channels")[0]["slug"]
    assert [one and one.header for one in found] == ["c2", "c1", None, "c2", first, None]
    assert sorted(looked_at) == ["c1", "c2", "c3"]
