"""Values of options that would be lost without a word: empty ones, and names of other formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api_client import ServedApi
from tests.ops_commands import run


@pytest.mark.parametrize(
    "words",
    [
        ("--filter", ""),
        ("--filter", "null"),
        ("--filter", "{ }"),
        ("--id", ""),
        ("--channel", ""),
        ("--scope", ""),
        ("--time-zone", ""),
    ],
)
def test_an_option_without_a_value_is_wrong_usage(api: ServedApi, words: tuple[str, ...]) -> None:
    answer = run(api, "exports", "start", "products", *words)
    assert (answer.exit_code, words[0] in answer.output) == (2, True)
    assert not api.client.service.store.jobs


@pytest.mark.parametrize("given", ["[]", "0", "false"])
def test_a_filter_that_is_no_object_exports_nothing(api: ServedApi, given: str) -> None:
    assert run(api, "exports", "start", "products", "--filter", given).exit_code == 1
    assert not api.client.service.store.jobs


def test_a_byte_order_mark_can_be_switched_off(api: ServedApi, tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    excel = ("--csv-preset", "EXCEL", "--csv-delimiter", "SEMICOLON", "--csv-bom", "false")
    assert run(api, "export", "products", "--out", str(out), *excel).exit_code == 0
    assert out.read_bytes().startswith(b"id;")


def test_codes_of_no_voucher_are_wrong_usage(api: ServedApi) -> None:
    answer = run(api, "exports", "start", "voucher-codes", "--column", "code")
    assert (answer.exit_code, "--voucher, --vouchers, --id" in answer.output) == (2, True)


@pytest.mark.parametrize("given", ["True", "1", "yes"])
def test_a_byte_order_mark_is_true_or_false(api: ServedApi, given: str) -> None:
    answer = run(api, "exports", "start", "products", "--csv-bom", given)
    assert (answer.exit_code, "'true', 'false'" in answer.output) == (2, True)
    assert not api.client.service.store.jobs


@pytest.mark.parametrize("name", ["a.gz", "a.xlsx.gz", "a.json", "a.XLS", "a.csv.zip"])
def test_a_name_of_another_format_needs_a_format(api: ServedApi, tmp_path: Path, name: str) -> None:
    out = ("--out", str(tmp_path / name))
    assert run(api, "export", "products", *out).exit_code == 2
    assert not list(tmp_path.iterdir())
    assert run(api, "export", "products", *out, "--file-type", "CSV").exit_code == 0


def test_a_file_of_tabs_is_asked_for_with_tabs(api: ServedApi, tmp_path: Path) -> None:
    words = ("export", "products", "--out", str(tmp_path / "a.tsv"))
    answer = run(api, *words)
    assert (answer.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "--csv-delimiter TAB" in answer.output
    assert run(api, *words, "--csv-delimiter", "TAB").exit_code == 0
    assert (tmp_path / "a.tsv").read_bytes().startswith(b"id\tname\t")


@pytest.mark.parametrize("name", ["a.xlsx", "a.CSV.gz", "a.json"])
def test_a_file_is_not_downloaded_under_the_name_of_another_format(
    api: ServedApi, tmp_path: Path, name: str
) -> None:
    export_id = run(api, "exports", "start", "products").stdout.strip()
    api.client.service.work()
    answer = run(api, "exports", "download", export_id, "--out", str(tmp_path / name))
    assert (answer.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "is a .csv." in answer.output
    for other in ("A.CSV", "tea", "tea.txt"):
        out = ("--out", str(tmp_path / other))
        assert run(api, "exports", "download", export_id, *out).exit_code == 0


def test_the_name_of_the_file_overrides_the_compression_of_a_template(
    api: ServedApi, tmp_path: Path
) -> None:
    save = ("templates", "save", "Packed", "products", "--field", "NAME", "--compression", "GZIP")
    assert run(api, *save).exit_code == 0
    for name, begins in (("a.csv", b"id,"), ("a.csv.gz", b"\x1f\x8b"), ("a.xlsx", b"PK")):
        out = tmp_path / name
        answer = run(api, "export", "products", "--template", "Packed", "--out", str(out))
        assert answer.exit_code == 0, answer.output
        assert out.read_bytes().startswith(begins)
