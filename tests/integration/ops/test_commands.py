from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ops.cli import commands, main
from tests.catalog_files import code_id, make_catalog, make_collection, make_voucher, make_warehouse

pytestmark = pytest.mark.usefixtures("dynamodb")


def run(*words: str) -> Result:
    return CliRunner().invoke(commands, words)


@pytest.fixture
def loaded(dynamodb: Any, tmp_path: Path) -> None:
    make_catalog(
        tmp_path,
        collections=[make_collection(4), make_collection(512)],
        warehouses=[make_warehouse("oslo")],
        vouchers=[make_voucher(5, "WELCOME")],
    )
    assert run("load-catalog", str(tmp_path), "--table", "Catalog").exit_code == 0


def test_load_catalog_ends_with_a_table_by_kind(tmp_path: Path) -> None:
    make_catalog(tmp_path, collections=[make_collection(4)])
    lines = run("load-catalog", str(tmp_path), "--table", "Catalog").stdout.splitlines()
    assert lines[0].split() == ["kind", "records", "written", "unchanged", "deleted"]
    assert lines[1].split() == ["collections", "1", "1", "0", "0"]
    assert lines[-1].startswith("1 record in ")


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("key", ["512", "Q29sbGVjdGlvbjo1MTI=", "collection-512"])
@pytest.mark.parametrize("kind", ["collection", "collections", "Collection"])
def test_show_finds_a_record_by_number_id_or_slug(kind: str, key: str) -> None:
    assert json.loads(run("show", kind, key).stdout)["number"] == 512


@pytest.mark.usefixtures("loaded")
def test_show_finds_records_whose_ids_hold_no_number() -> None:
    assert (
        json.loads(run("show", "warehouse", make_warehouse("oslo")["id"]).stdout)["slug"] == "oslo"
    )
    assert json.loads(run("show", "voucher-code", code_id("WELCOME")).stdout)["code"] == "WELCOME"


@pytest.mark.usefixtures("loaded")
def test_show_finds_a_code_of_a_voucher() -> None:
    assert json.loads(run("show", "voucher_codes:5", "WELCOME").stdout)["id"] == code_id("WELCOME")


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "words", [("collection", "5"), ("collection", "collection-51"), ("potato", "5")]
)
def test_show_fails_with_one_line_where_there_is_nothing(
    words: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["ops", "show", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith(
        "Error: There is no kind" if words[0] == "potato" else "Error: The shop"
    )


@pytest.mark.parametrize("words", [("shops",), ("list-issuers",), ("list-apps",)])
def test_a_deployment_that_is_not_there_is_named_by_its_stack(
    words: tuple[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for table in ("SHOPS_TABLE", "ISSUERS_TABLE", "APPS_TABLE"):
        monkeypatch.setenv(table, "Elsewhere")
    monkeypatch.setattr("sys.argv", ["ops", *words])
    with pytest.raises(SystemExit):
        main()
    assert "Name the deployment by its stack: --stack" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("load-catalog",),
        ("load-catalog", "/nowhere"),
        ("show", "product", "1", "--shop", "a#b"),
        ("polish",),
    ],
)
def test_a_wrong_call_ends_with_two(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_an_environment_that_cannot_be_read_names_the_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEGMENT_RECORDS", "many")
    answer = run("show", "product", "1")
    assert answer.exit_code == 2
    assert "SEGMENT_RECORDS cannot be read" in answer.stderr
