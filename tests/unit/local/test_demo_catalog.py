from __future__ import annotations

import json
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from chalicelib.catalog.kinds import FILE_KINDS
from chalicelib.domain.global_id import number_of
from local import demo_words as words
from local.demo_catalog import write_catalog
from ops.catalog_files import find_files, read_files
from ops.catalog_spool import CatalogSpool
from tests.catalog_files import REAL_CATALOG


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("demo")
    write_catalog(directory, products=400)
    return directory


def nodes_of(directory: Path, kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (directory / f"{kind}.jsonl").read_bytes().splitlines()]


def contents_of(directory: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in directory.iterdir()}


def test_every_file_is_accepted_by_the_loader(catalog: Path) -> None:
    with CatalogSpool() as spool:
        read_files(find_files(catalog), "default", spool, lambda count: None)
        kinds = set(spool.kinds())
    assert {file.stem for file in catalog.iterdir()} == set(FILE_KINDS)
    assert kinds >= {"products", "gift_cards", "vouchers", "voucher_codes:1", "warehouses"}


def test_the_same_seed_writes_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        write_catalog(tmp_path / name, products=20, seed=seed)
    assert contents_of(tmp_path / "one") == contents_of(tmp_path / "same")
    assert (
        contents_of(tmp_path / "one")["products.jsonl"]
        != contents_of(tmp_path / "other")["products.jsonl"]
    )


def test_there_are_as_many_as_asked_for(tmp_path: Path) -> None:
    write_catalog(tmp_path, products=17, gift_cards=5, vouchers=2, codes_per_voucher=3)
    assert [len(nodes_of(tmp_path, kind)) for kind in ("products", "gift_cards", "vouchers")] == [
        17,
        5,
        2,
    ]
    assert [len(voucher["codes"]) for voucher in nodes_of(tmp_path, "vouchers")] == [3, 3]


def test_an_empty_catalogue_is_possible(tmp_path: Path) -> None:
    write_catalog(tmp_path, products=0, gift_cards=0, vouchers=0)
    assert (tmp_path / "products.jsonl").read_bytes() == b""


def test_memory_does_not_grow_with_the_catalogue(tmp_path: Path) -> None:
    peaks = []
    for products in (50, 50, 1_000):
        tracemalloc.start()
        write_catalog(tmp_path, products=products)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    size = (tmp_path / "products.jsonl").stat().st_size
    assert peaks[2] - peaks[1] < size / 50


def test_a_larger_catalogue_begins_with_the_smaller_one(tmp_path: Path) -> None:
    for products in (30, 60):
        write_catalog(tmp_path / str(products), products=products)
    small, large = (contents_of(tmp_path / name)["products.jsonl"] for name in ("30", "60"))
    assert large.startswith(small)


def test_ids_are_unique_and_products_have_gaps_between_theirs(catalog: Path) -> None:
    products = nodes_of(catalog, "products")
    numbers = [number_of(product["id"]) for product in products]
    variants = [variant["id"] for product in products for variant in product["variants"]]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] - numbers[0] >= len(numbers)
    assert len(variants) == len(set(variants))


def test_a_value_of_an_attribute_has_one_id_wherever_it_occurs(catalog: Path) -> None:
    seen: dict[str, set[str]] = {}
    for product in nodes_of(catalog, "products"):
        for holder in (product, *product["variants"]):
            for assigned in holder["attributes"]:
                for value in assigned["values"]:
                    seen.setdefault(value["id"], set()).add(
                        f"{assigned['attribute']['slug']} {value['slug']}"
                    )
    assert all(len(values) == 1 for values in seen.values())


def test_products_have_one_to_four_variants_three_on_average(catalog: Path) -> None:
    counts = Counter(len(product["variants"]) for product in nodes_of(catalog, "products"))
    assert set(counts) == {1, 2, 3, 4}
    assert 2.8 < sum(size * times for size, times in counts.items()) / counts.total() < 3.2


def test_every_input_type_of_an_attribute_occurs(catalog: Path) -> None:
    used = {
        assigned["attribute"]["inputType"]
        for product in nodes_of(catalog, "products")
        for holder in (product, *product["variants"])
        for assigned in holder["attributes"]
        if assigned["values"]
    }
    assert used == {input_type for _, _, input_type, _, _ in words.ATTRIBUTES}
    assert len(used) == 12


@pytest.mark.parametrize("awkward", ['\\"', ", ", "\\n", "ü", "柚", "🌿", '"name":"='])
def test_awkward_characters_occur(catalog: Path, awkward: str) -> None:
    assert awkward in (catalog / "products.jsonl").read_text(encoding="utf-8")


def test_prices_have_cents_where_the_currency_has_them(catalog: Path) -> None:
    prices: dict[str, list[float]] = {}
    for product in nodes_of(catalog, "products"):
        for variant in product["variants"]:
            for listing in variant["channelListings"]:
                prices.setdefault(listing["price"]["currency"], []).append(
                    listing["price"]["amount"]
                )
    assert set(prices) == {"EUR", "USD", "JPY"}
    assert all(price.is_integer() for price in prices["JPY"])
    assert not all(price.is_integer() for price in prices["EUR"])


def test_some_gift_cards_are_used_and_some_have_tags(catalog: Path) -> None:
    cards = nodes_of(catalog, "gift_cards")
    assert {card["lastUsedOn"] is None for card in cards} == {True, False}
    assert {bool(card["tags"]) for card in cards} == {True, False}
    assert len({card["code"] for card in cards}) == len(cards)


def test_categories_name_all_that_are_above_them(catalog: Path) -> None:
    bowls = next(node for node in nodes_of(catalog, "categories") if node["slug"] == "bowls")
    assert [edge["node"]["slug"] for edge in bowls["ancestors"]["edges"]] == ["home", "tableware"]
    assert bowls["level"] == 2


def shape_of(node: Any, path: str = "") -> set[str]:
    """The paths of all keys in a node."""
    if isinstance(node, list):
        return {found for item in node for found in shape_of(item, path + "[]")}
    if not isinstance(node, dict):
        return set()
    return {f"{path}.{key}" for key in node} | {
        found for key, item in node.items() for found in shape_of(item, f"{path}.{key}")
    }


@pytest.mark.skipif(not REAL_CATALOG.exists(), reason="../shared/saleor/catalog is not here")
@pytest.mark.parametrize("kind", FILE_KINDS)
def test_nodes_have_no_key_that_a_real_catalogue_lacks(catalog: Path, kind: str) -> None:
    made, real = (shape_of(nodes_of(directory, kind)) for directory in (catalog, REAL_CATALOG))
    assert made <= real
