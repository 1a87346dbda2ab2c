from __future__ import annotations

import gzip
import json

from chalicelib.adapters.catalog.item import make_item, size_of, write_units_of

DOCUMENT = {
    "id": "UHJvZHVjdDo1MDE=",
    "number": 501,
    "name": "Tea",
    "slug": "tea",
    "updated_at": "2026-11-24",
}


def test_an_item_lies_in_the_bucket_of_its_number() -> None:
    item = make_item("default", "products", 501, DOCUMENT)
    assert item["partition"] == {"S": "default#products#1"}
    assert item["number"] == {"N": "501"}


def test_the_document_is_legible_with_gunzip() -> None:
    item = make_item("default", "products", 501, DOCUMENT)
    assert json.loads(gzip.decompress(item["document"]["B"])) == DOCUMENT


def test_a_long_document_is_legible_too() -> None:
    long = {"id": "1", "variants": [{"sku": f"SKU-{number:06d}"} for number in range(2_000)]}
    assert (
        json.loads(gzip.decompress(make_item("default", "products", 1, long)["document"]["B"]))
        == long
    )


def test_what_only_filters_look_at_is_stored_apart() -> None:
    item = make_item(
        "default",
        "products",
        501,
        {"id": "1", "name": "Tea", "facts": {"number": 501, "slug": "tea"}},
    )
    assert json.loads(gzip.decompress(item["document"]["B"])) == {"id": "1", "name": "Tea"}
    assert json.loads(gzip.decompress(item["facts"]["B"])) == {"number": 501, "slug": "tea"}
    assert (item["name"], item["slug"]) == ({"S": "Tea"}, {"S": "tea"})


def test_people_see_name_slug_time_and_the_first_skus() -> None:
    variants = [{"sku": f"SKU-{number}"} for number in range(25)] + [{"name": "no SKU"}]
    item = make_item("default", "products", 501, DOCUMENT | {"variants": variants})
    assert (item["name"], item["slug"], item["updated_at"]) == (
        {"S": "Tea"},
        {"S": "tea"},
        {"S": "2026-11-24"},
    )
    assert item["skus"] == {"L": [{"S": f"SKU-{number}"} for number in range(20)]}


def test_half_a_surrogate_pair_does_not_reach_the_table() -> None:
    assert make_item("default", "products", 1, {"name": "a\ud83d"})["name"] == {"S": "a?"}


def test_the_size_counts_names_and_utf8_values() -> None:
    assert (
        size_of({"number": {"N": "501"}, "name": {"S": "Té"}, "skus": {"L": [{"S": "A"}]}})
        == 9 + 7 + 9
    )


def test_a_write_unit_is_a_kilobyte_begun() -> None:
    assert write_units_of({"n": {"B": b"x" * 1023}}) == 1
    assert write_units_of({"n": {"B": b"x" * 1024}}) == 2


def test_numbers_of_a_hundred_and_twenty_four_bits_are_kept_exactly() -> None:
    number = (1 << 124) - 1
    assert make_item("default", "voucher_codes", number, {})["number"] == {"N": str(number)}
