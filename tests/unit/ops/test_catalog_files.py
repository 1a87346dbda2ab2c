from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.catalog_files import BadCatalogError, find_files, first_documents, read_files
from ops.catalog_spool import CatalogSpool
from tests.catalog_files import (
    REAL_CATALOG,
    Node,
    make_catalog,
    make_collection,
    make_voucher,
    make_warehouse,
)
from tests.factories import make_assigned, make_gift_card, make_product, make_value

FIELD_CASES = REAL_CATALOG.parents[1] / "field"
FIELD = pytest.mark.skipif(not FIELD_CASES.exists(), reason="../shared/field is not here")


@pytest.fixture
def spool() -> Iterator[CatalogSpool]:
    with CatalogSpool() as spool:
        yield spool


def read(directory: Path, spool: CatalogSpool) -> None:
    read_files(find_files(directory), "default", spool, lambda count: None)


def refusal_of(directory: Path, **nodes: list[Node | str]) -> str:
    with pytest.raises(BadCatalogError) as refused, CatalogSpool() as spool:
        read(make_catalog(directory, **nodes), spool)
    return str(refused.value)


def test_a_line_that_is_not_json_is_named_with_its_file(tmp_path: Path) -> None:
    refusal = refusal_of(tmp_path, collections=[make_collection(1), '{"id": '])
    assert "Nothing was loaded: 1 line is not right" in refusal
    assert "collections.jsonl line 2: this is not JSON" in refusal


def test_a_line_that_lacks_a_field_names_the_field(tmp_path: Path) -> None:
    node = make_collection(1)
    del node["name"]
    assert "collections.jsonl line 1: name is missing" in refusal_of(tmp_path, collections=[node])


@pytest.mark.parametrize("line", ["[]", "7", "null", '"text"'])
def test_a_line_that_is_not_an_object_is_bad(tmp_path: Path, line: str) -> None:
    assert "collections.jsonl line 1: must be an object, got" in refusal_of(
        tmp_path, collections=[line]
    )


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_not_one_is_named_with_its_field(tmp_path: Path, number: str) -> None:
    line = json.dumps(make_gift_card(1, "A")).replace("10.0", number, 1)
    refusal = refusal_of(tmp_path, gift_cards=[line])
    assert "gift_cards.jsonl line 1: initialBalance.amount: must be a number" in refusal


def test_nan_is_bad_in_a_field_that_is_not_read_too(tmp_path: Path) -> None:
    line = json.dumps({**make_product(1), "unknown": float("nan")})
    refusal = refusal_of(tmp_path, products=[line])
    assert "products.jsonl line 1: NaN is not a number in JSON" in refusal


def test_further_fields_are_allowed(tmp_path: Path, spool: CatalogSpool) -> None:
    read(make_catalog(tmp_path, collections=[{**make_collection(1), "level": {"a": []}}]), spool)
    assert spool.records == 1


def test_a_line_that_is_not_utf8_is_bad(tmp_path: Path) -> None:
    assert "collections.jsonl line 1: this is not UTF-8" in refusal_of(
        tmp_path, collections=['{"id": "\udcff"}']
    )


def test_a_record_that_comes_twice_is_bad(tmp_path: Path) -> None:
    nodes: list[Node | str] = [make_collection(1), make_collection(2), make_collection(1)]
    refusal = refusal_of(tmp_path, collections=nodes)
    assert "collections.jsonl line 3: collections Q29sbGVjdGlvbjox comes twice" in refusal


def test_a_voucher_code_of_two_vouchers_is_bad(tmp_path: Path) -> None:
    refusal = refusal_of(tmp_path, vouchers=[make_voucher(1, "A"), make_voucher(2, "A")])
    assert "vouchers.jsonl line 2: voucher_codes" in refusal


def test_a_record_too_big_for_the_table_is_bad(tmp_path: Path) -> None:
    huge = "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(250_000))
    refusal = refusal_of(tmp_path, collections=[make_collection(7, name=huge)])
    assert "collections.jsonl line 1: collections Q29sbGVjdGlvbjo3 takes" in refusal


def test_all_bad_lines_of_all_files_are_named_at_once(tmp_path: Path) -> None:
    refusal = refusal_of(tmp_path, categories=["x"], collections=["x"] * 22)
    assert "23 lines are not right" in refusal
    assert refusal.count(": this is not JSON") == 23


def test_no_more_lines_are_named_than_a_person_reads(tmp_path: Path) -> None:
    refusal = refusal_of(tmp_path, collections=["x"] * 1_022)
    assert refusal.count(": this is not JSON") == 1_000
    assert refusal.endswith("and 22 more")


def test_a_directory_without_files_names_what_is_expected(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogError, match=r"has no \*\.jsonl file.*products"):
        find_files(tmp_path)


def test_a_file_of_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCatalogError, match=r"does not know the kind of product\.jsonl"):
        find_files(make_catalog(tmp_path, product=[]))


def test_blank_lines_do_not_matter(tmp_path: Path, spool: CatalogSpool) -> None:
    read(make_catalog(tmp_path, collections=["", make_collection(1), " ", ""]), spool)
    assert spool.records == 1


def test_the_first_documents_are_found_between_blank_lines(tmp_path: Path) -> None:
    nodes = [make_product(1), make_product(2)]
    files = find_files(make_catalog(tmp_path, products=["", nodes[0], " ", nodes[1], "x"]))
    found = first_documents(files, "products")
    assert [one["id"] for one in found] == [node["id"] for node in nodes]


def test_a_warehouse_has_its_place_whatever_others_there_are(tmp_path: Path) -> None:
    """A load that is killed leaves every place with the old or the new of the same one."""
    places = []
    for names in (["oslo", "bergen"], ["bergen"], ["turku", "bergen", "oslo"]):
        with CatalogSpool() as spool:
            read(make_catalog(tmp_path, warehouses=list(map(make_warehouse, names))), spool)
            items = [
                item
                for bucket in spool.buckets("warehouses")
                for item in spool.items("warehouses", bucket)
            ]
            places.append({item["slug"]["S"]: item["number"]["N"] for item in items})
    assert places[0] == {name: places[2][name] for name in ("oslo", "bergen")}
    assert places[1] == {"bergen": places[2]["bergen"]}


def test_buckets_are_made_of_lines_in_any_order(tmp_path: Path, spool: CatalogSpool) -> None:
    read(
        make_catalog(
            tmp_path, collections=[make_collection(number) for number in (501, 3, 500, 1)]
        ),
        spool,
    )
    numbers = {
        bucket: [item["number"]["N"] for item in spool.items("collections", bucket)]
        for bucket in (0, 1)
    }
    assert spool.buckets("collections") == (0, 1)
    assert numbers == {0: ["1", "3"], 1: ["500", "501"]}


def test_progress_adds_up_to_the_size_of_the_files(tmp_path: Path, spool: CatalogSpool) -> None:
    files = find_files(
        make_catalog(tmp_path, collections=[make_collection(1)], vouchers=[make_voucher(1, "A")])
    )
    told: list[int] = []
    read_files(files, "default", spool, told.append)
    assert sum(told) == sum(file.stat().st_size for file in files)


@pytest.mark.skipif(not REAL_CATALOG.exists(), reason="../shared/saleor/catalog is not here")
def test_the_real_catalogue_is_accepted_whole(spool: CatalogSpool) -> None:
    read(REAL_CATALOG, spool)
    lines = sum(file.read_bytes().count(b"\n") for file in REAL_CATALOG.glob("*.jsonl"))
    vouchers = (REAL_CATALOG / "vouchers.jsonl").read_text().splitlines()
    codes = sum(len(json.loads(line)["codes"]) for line in vouchers)
    assert spool.records == lines + 2 * codes


def test_a_number_that_json_does_not_have_is_a_bad_line(tmp_path: Path) -> None:
    weight = make_assigned("weight", make_value("NaN"), input_type="NUMERIC")
    assert "products.jsonl line 1" in refusal_of(
        tmp_path, products=[make_product(1, attributes=[weight])]
    )


@FIELD
def test_the_gift_cards_from_the_field_are_refused_by_name(tmp_path: Path) -> None:
    lines = (FIELD_CASES / "mini_gift_cards.jsonl").read_text().splitlines()
    refusal = refusal_of(tmp_path, gift_cards=list(lines))
    assert "gift_cards.jsonl line 2: code: must be a text, got 20241225" in refusal


def test_a_line_nested_without_end_is_a_bad_line(tmp_path: Path) -> None:
    refusal = refusal_of(tmp_path, collections=["[" * 100_000])
    assert "collections.jsonl line 1: this is nested too deep" in refusal
