from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.adapters.catalog.lease import CatalogBusy, CatalogLease
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.writer import CatalogWriter, Change
from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.catalog.kinds import voucher_code_number
from chalicelib.domain.shop import Installation
from chalicelib.errors import RequestRefused, Unavailable
from ops.catalog_files import BadCatalogError, find_files, read_files
from ops.catalog_load import CatalogLoad
from ops.catalog_spool import CatalogSpool
from ops.cli import commands
from ops.load_catalog import load_catalog
from tests.catalog_files import REAL_CATALOG, code_id, make_catalog, make_collection, make_voucher
from tests.flaky_dynamodb import FakeDyingDynamoDB
from tests.shop_world import make_shop

pytestmark = pytest.mark.usefixtures("dynamodb")

SOURCE = DynamoCatalogSource("Catalog")


def load(directory: Path) -> dict[str, Change]:
    return load_catalog(directory, "default", "Catalog", max_drop_percent=100)


def slugs(kind: str) -> list[str]:
    return [document["slug"] for document in SOURCE.find_dictionary("default", kind)]


def look_up(code: str) -> list[str]:
    pages = SOURCE.read_numbers("default", "voucher_codes", [voucher_code_number(code_id(code))])
    return [json.loads(document)["code"] for page in pages for document in page]


@pytest.fixture
def items(dynamodb: Any) -> Callable[[], list[Any]]:
    """All keys of the table, with what the directory promises."""

    def scan() -> list[Any]:
        found = dynamodb.scan(TableName="Catalog")["Items"]
        return sorted(
            (item["partition"]["S"], int(item["number"]["N"]), item.get("records", {}).get("N"))
            for item in found
        )

    return scan


def test_the_directory_says_exactly_what_is_there(
    tmp_path: Path, items: Callable[[], list[Any]]
) -> None:
    load(
        make_catalog(
            tmp_path, collections=[make_collection(number) for number in (1200, 7, 501, 3)]
        )
    )
    assert items() == [
        ("default#collections#0", 3, None),
        ("default#collections#0", 7, None),
        ("default#collections#1", 501, None),
        ("default#collections#2", 1200, None),
        ("default#collections#directory", 0, "2"),
        ("default#collections#directory", 1, "1"),
        ("default#collections#directory", 2, "1"),
    ]


def test_a_bad_line_loads_nothing(tmp_path: Path, items: Callable[[], list[Any]]) -> None:
    with pytest.raises(BadCatalogError):
        load(make_catalog(tmp_path, categories=["{}"], collections=[make_collection(1)]))
    assert items() == []


def test_loading_again_replaces(tmp_path: Path, items: Callable[[], list[Any]]) -> None:
    load(
        make_catalog(
            tmp_path, collections=[make_collection(1), make_collection(2), make_collection(900)]
        )
    )
    changes = load(
        make_catalog(tmp_path, collections=[make_collection(2), make_collection(3, name="New")])
    )
    assert changes == {"collections": Change(written=1, kept=1, deleted=2)}
    assert slugs("collections") == ["collection-2", "collection-3"]
    assert ("default#collections#directory", 1, "0") not in items()
    assert len(items()) == 3


def test_loading_the_same_again_writes_nothing(tmp_path: Path) -> None:
    load(make_catalog(tmp_path, collections=[make_collection(1), make_collection(2)]))
    assert load(tmp_path) == {"collections": Change(kept=2)}


def test_a_kind_without_a_file_stays(tmp_path: Path) -> None:
    load(make_catalog(tmp_path, collections=[make_collection(1)]))
    (tmp_path / "collections.jsonl").unlink()
    load(make_catalog(tmp_path, vouchers=[make_voucher(1, "A")]))
    assert slugs("collections") == ["collection-1"]


def test_an_empty_file_empties_its_kind(tmp_path: Path, items: Callable[[], list[Any]]) -> None:
    load(make_catalog(tmp_path, collections=[make_collection(1)]))
    assert load(make_catalog(tmp_path, collections=[])) == {"collections": Change(deleted=1)}
    assert items() == []


def test_shops_do_not_touch_each_other(tmp_path: Path) -> None:
    load(make_catalog(tmp_path, collections=[make_collection(1)]))
    load_catalog(make_catalog(tmp_path, collections=[make_collection(2)]), "other", "Catalog")
    assert slugs("collections") == ["collection-1"]


def test_codes_are_listed_by_voucher_and_found_by_id(tmp_path: Path) -> None:
    load(make_catalog(tmp_path, vouchers=[make_voucher(5, "A", "B"), make_voucher(6, "C")]))
    codes = {document["code"] for document in SOURCE.find_dictionary("default", "voucher_codes:5")}
    assert codes == {"A", "B"}
    assert look_up("C") == ["C"]


def test_a_code_that_is_gone_is_found_no_more(tmp_path: Path) -> None:
    load(make_catalog(tmp_path, vouchers=[make_voucher(5, "A", "B")]))
    changes = load(make_catalog(tmp_path, vouchers=[make_voucher(5, "B", "C")]))
    assert (look_up("A"), look_up("B"), look_up("C")) == ([], ["B"], ["C"])
    assert changes["voucher codes by id"].deleted == 1


def test_a_voucher_that_is_gone_takes_its_codes_along(
    tmp_path: Path, items: Callable[[], list[Any]]
) -> None:
    load(make_catalog(tmp_path, vouchers=[make_voucher(5, "A", "B"), make_voucher(6)]))
    load(make_catalog(tmp_path, vouchers=[make_voucher(6)]))
    assert items() == [("default#vouchers#0", 6, None), ("default#vouchers#directory", 0, "1")]


@pytest.mark.parametrize("batches", [*range(12), 15, 18])
def test_a_load_that_died_is_made_good_by_the_next(
    tmp_path: Path, items: Callable[[], list[Any]], dynamodb: Any, batches: int
) -> None:
    vouchers = [make_voucher(5, "A"), make_voucher(6, "B")]
    load(make_catalog(tmp_path, collections=[make_collection(1)], vouchers=vouchers))
    collections = [make_collection(2), make_collection(700)]
    make_catalog(tmp_path, collections=collections, vouchers=[make_voucher(7, "C")])
    with pytest.raises(Unavailable):
        load_and_die(tmp_path, FakeDyingDynamoDB(dynamodb, batches))
    load(make_catalog(tmp_path, collections=[make_collection(3)], vouchers=[make_voucher(8)]))
    assert [key for key in items() if key[2] is None] == [
        ("default#collections#0", 3, None),
        ("default#vouchers#0", 8, None),
    ]


def load_and_die(directory: Path, dying: FakeDyingDynamoDB) -> None:
    files = find_files(directory)
    with CatalogSpool() as spool:
        read_files(files, "default", spool, lambda count: None)
        writer = CatalogWriter("Catalog", lambda: dying)
        CatalogLoad(spool, "default", writer, lambda count: None).replace(
            file.stem for file in files
        )


def test_an_empty_file_is_refused(tmp_path: Path, items: Callable[[], list[Any]]) -> None:
    load(make_catalog(tmp_path, collections=[make_collection(1), make_collection(2)]))
    before = items()
    with pytest.raises(BadCatalogError, match=r"2 of 2 collections \(100 %\)"):
        load_catalog(make_catalog(tmp_path, collections=[]), "default", "Catalog")
    assert items() == before


def test_a_load_that_deletes_a_fifth_of_a_kind_is_accepted_and_one_more_is_not(
    tmp_path: Path,
) -> None:
    nodes: list[Any] = [make_collection(number) for number in range(1, 11)]
    load(make_catalog(tmp_path, collections=nodes, categories=[]))
    load_catalog(make_catalog(tmp_path, collections=nodes[2:]), "default", "Catalog")
    with pytest.raises(BadCatalogError, match=r"2 of 8 collections \(25 %\)"):
        load_catalog(make_catalog(tmp_path, collections=nodes[4:]), "default", "Catalog")


def test_records_that_are_replaced_by_others_count_as_deleted(tmp_path: Path) -> None:
    load(make_catalog(tmp_path, collections=[make_collection(1), make_collection(2)]))
    others: list[Any] = [make_collection(3), make_collection(4), make_collection(5)]
    with pytest.raises(BadCatalogError, match="2 of 2 collections"):
        load_catalog(make_catalog(tmp_path, collections=others), "default", "Catalog")


def test_codes_that_go_with_their_voucher_count_as_deleted(tmp_path: Path) -> None:
    load(make_catalog(tmp_path, vouchers=[make_voucher(5, "A", "B"), make_voucher(6, "C")]))
    with pytest.raises(BadCatalogError, match="2 of 3 voucher codes"):
        load_catalog(make_catalog(tmp_path, vouchers=[make_voucher(6, "C")]), "default", "Catalog")


@pytest.mark.parametrize("words", [["--yes"], ["--max-drop-percent", "100"]])
def test_the_operator_can_say_that_records_are_gone(tmp_path: Path, words: list[str]) -> None:
    load(make_catalog(tmp_path, collections=[make_collection(1)]))
    make_catalog(tmp_path, collections=[])
    given = ["load-catalog", str(tmp_path), *words]
    assert CliRunner().invoke(commands, given).exit_code == 0
    assert slugs("collections") == []


def test_a_connected_shop_is_not_overwritten_by_files(tmp_path: Path) -> None:
    make_catalog(tmp_path, collections=[make_collection(1)])
    shops = DynamoShopStore("Shops")
    shop = shops.save(make_shop("default"))
    answer = CliRunner().invoke(commands, ["load-catalog", str(tmp_path)])
    assert (answer.exit_code, type(answer.exception)) == (1, RequestRefused)
    assert slugs("collections") == []
    shops.save(replace(shop, status=Installation.REMOVED))
    assert CliRunner().invoke(commands, ["load-catalog", str(tmp_path)]).exit_code == 0


def test_a_second_load_is_refused_while_the_first_one_runs(tmp_path: Path) -> None:
    make_catalog(tmp_path, collections=[make_collection(1)])
    with CatalogLease("Catalog", "default"), pytest.raises(CatalogBusy, match="another process"):
        load(tmp_path)
    assert slugs("collections") == []
    load(tmp_path)


def test_a_catalogue_of_an_older_version_is_complete_after_a_load(
    tmp_path: Path, dynamodb: Any
) -> None:
    make_catalog(tmp_path, collections=[make_collection(1)])
    load(tmp_path)
    whole = dynamodb.scan(TableName="Catalog")["Items"]
    for item in whole:
        new = ("version", "rows", "bytes")
        old = {name: value for name, value in item.items() if name not in new}
        dynamodb.put_item(TableName="Catalog", Item=old)
    assert load(tmp_path) == {"collections": Change(written=1)}
    assert dynamodb.scan(TableName="Catalog")["Items"] == whole


@pytest.mark.skipif(not REAL_CATALOG.exists(), reason="../shared/saleor/catalog is not here")
def test_the_real_catalogue_is_read_back_whole() -> None:
    changes = load(REAL_CATALOG)
    for kind in ("products", "gift_cards", "warehouses", "channels", "attributes"):
        lines = (REAL_CATALOG / f"{kind}.jsonl").read_text().splitlines()
        stored = SOURCE.find_dictionary("default", kind)
        assert {document["id"] for document in stored} == {json.loads(line)["id"] for line in lines}
        assert changes[kind] == Change(written=len(lines))
