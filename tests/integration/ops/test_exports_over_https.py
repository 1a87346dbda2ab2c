"""Every verb of the command line over HTTPS, against the real API on fakes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chalicelib.domain.global_id import encode_global_id, number_of
from chalicelib.domain.requestor import Requestor
from chalicelib.errors import ExportFailed, RequestRefused, Unavailable
from ops.cli import commands
from tests.api_client import TOKEN, ApiClient, ServedApi, served
from tests.catalog_files import id_of
from tests.factories import (
    fill,
    make_app,
    make_channel,
    make_product,
    make_requestor,
    make_service,
    make_variant,
)

NAMES = ("--field", "NAME")

CHANNEL = id_of("Channel", "channel-1")


@pytest.fixture
def api() -> Iterator[ServedApi]:
    client = ApiClient(service=make_service(products=3))
    fill(client.service.source, "channels", make_channel(1, "channel-1"))
    with served(client) as server:
        yield server


def run(api: ServedApi, *words: str, token: str = TOKEN) -> Result:
    environment = {"WAYBILL_URL": api.url, "WAYBILL_TOKEN": token}
    return CliRunner().invoke(commands, words, env=environment)


def start(api: ServedApi, *words: str, token: str = TOKEN) -> str:
    answer = run(api, "exports", "start", "products", *NAMES, *words, token=token)
    assert answer.exit_code == 0, answer.output
    return answer.stdout.strip()


def finish(api: ServedApi, *words: str) -> str:
    export_id = start(api, *words)
    api.client.service.work()
    return export_id


def row_count(api: ServedApi, export_id: str) -> int:
    count: int = json.loads(run(api, "exports", "show", export_id, "--json").stdout)["row_count"]
    return count


def test_a_started_export_is_listed_shown_and_downloaded(api: ServedApi, tmp_path: Path) -> None:
    export_id = finish(api)
    [listed] = json.loads(run(api, "exports", "list", "--json").stdout)
    assert (listed["id"], listed["status"], listed["row_count"]) == (export_id, "SUCCESS", 3)
    assert "EXPORT_SUCCESS" in run(api, "exports", "show", listed["key"]).stdout
    assert run(api, "exports", "watch", export_id).stdout.startswith("SUCCESS: 3 rows")
    answer = run(api, "exports", "download", export_id, "--out", str(tmp_path / "tea.csv"))
    assert answer.exit_code == 0, answer.output
    assert len((tmp_path / "tea.csv").read_text().splitlines()) == 4


@pytest.mark.parametrize("other", [make_requestor(), make_requestor(app=make_app())])
def test_exports_of_others_are_listed_and_shown_without_their_requestor(
    api: ServedApi, other: Requestor
) -> None:
    export_id = start(api, token=api.client.let_in("other", other))
    clerk = make_requestor("MANAGE_PRODUCTS", app=make_app(2, "Clerk"))
    token = api.client.let_in("clerk", clerk)
    [listed] = json.loads(run(api, "exports", "list", "--json", token=token).stdout)
    shown = json.loads(run(api, "exports", "show", export_id, "--json", token=token).stdout)
    assert (listed["id"], listed["requestor"], shown["requestor"]) == (export_id, "", "")


def test_a_canceled_export_is_shown_as_canceled(api: ServedApi) -> None:
    export_id = start(api)
    assert run(api, "exports", "cancel", export_id).stdout == f"Canceled {export_id}.\n"
    assert "CANCELED" in run(api, "exports", "list").stdout
    assert "CANCELED" in run(api, "exports", "show", export_id).stdout
    watched = run(api, "exports", "watch", export_id)
    assert (watched.exit_code, type(watched.exception)) == (1, ExportFailed)
    assert "canceled by Robot" in str(watched.exception)


def test_an_ended_export_is_deleted_and_started_again(api: ServedApi) -> None:
    export_id = finish(api)
    again = run(api, "exports", "retry", export_id).stdout.strip()
    assert run(api, "exports", "delete", export_id).exit_code == 0
    listed = json.loads(run(api, "exports", "list", "--json").stdout)
    assert {one["id"]: one["status"] for one in listed} == {export_id: "DELETED", again: "PENDING"}


@pytest.mark.parametrize("verb", ["show", "watch", "cancel", "delete", "retry"])
@pytest.mark.parametrize("word", ["nonsense", encode_global_id("Product", 1)])
def test_a_word_that_is_not_the_id_of_an_export_is_named_as_it_was_typed(
    api: ServedApi, verb: str, word: str
) -> None:
    answer = run(api, "exports", verb, word)
    assert answer.exit_code == 1
    assert f"{word} is not the id of an export." in str(answer.exception)


def test_a_change_that_the_service_refuses_says_why(api: ServedApi) -> None:
    answer = run(api, "exports", "cancel", finish(api))
    assert (answer.exit_code, type(answer.exception)) == (1, RequestRefused)


@pytest.mark.parametrize(
    "words", [("list",), ("show", "1"), ("start", "products"), ("watch", "1"), ("cancel", "1")]
)
def test_a_token_that_is_not_accepted_is_called_that(
    api: ServedApi, words: tuple[str, ...]
) -> None:
    answer = run(api, "exports", *words, token="unknown")
    assert answer.exit_code == 1
    assert "does not accept the token" in str(answer.exception)


def test_a_token_without_the_permission_is_told_which_one(api: ServedApi) -> None:
    token = api.client.let_in("cards", make_requestor("MANAGE_GIFT_CARD"))
    answer = run(api, "exports", "start", "products", *NAMES, token=token)
    assert "MANAGE_PRODUCTS" in str(answer.exception)


@pytest.mark.parametrize(
    ("named", "rows"),
    [
        (("--id", "2"), 1),
        (("--id", encode_global_id("Product", 2), "--id", "3"), 2),
        (("--id", "product-1"), 1),
        (("--id", "product-1", "--id", "SKU-30"), 2),
    ],
)
def test_products_are_named_by_id_number_slug_or_sku(
    api: ServedApi, named: tuple[str, ...], rows: int
) -> None:
    assert row_count(api, finish(api, *named)) == rows


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (("4006381333931",), 1),
        (("4006381333931", "product-1"), 2),
    ],
)
def test_an_sku_may_have_digits_alone(api: ServedApi, words: tuple[str, ...], rows: int) -> None:
    product = make_product(4, variants=[make_variant(40, sku="4006381333931")])
    fill(api.client.service.source, "products", product)
    named = [part for word in words for part in ("--id", word)]
    assert row_count(api, finish(api, *named)) == rows


@pytest.mark.parametrize("name", [str(number_of(CHANNEL)), "channel-1", CHANNEL])
def test_a_channel_is_named_by_slug_number_or_id(api: ServedApi, name: str) -> None:
    shown = json.loads(run(api, "exports", "show", finish(api, "--channel", name), "--json").stdout)
    assert shown["status"] == "SUCCESS"


def test_an_unknown_slug_names_the_list_to_look_at(api: ServedApi) -> None:
    answer = run(api, "exports", "start", "products", "--channel", "nowhere")
    assert "There is no channel nowhere. List them with: python -m ops channels" in str(
        answer.exception
    )


def test_a_slug_that_too_many_others_contain_is_not_called_unknown(api: ServedApi) -> None:
    named = [make_channel(number, f"pos-{number}", name=f"A{number}") for number in range(2, 503)]
    last = make_channel(600, "pos", name="Z")
    fill(api.client.service.source, "channels", *named, last)
    answer = run(api, "exports", "start", "products", "--channel", "pos")
    assert "500 or more channels have pos in a name or slug" in str(answer.exception)
    assert run(api, "exports", "start", "products", "--channel", last["id"]).exit_code == 0


@pytest.mark.parametrize(
    ("words", "unknown"),
    [
        (("2", "99", "98"), "99, 98"),
        ((encode_global_id("Product", 77),), encode_global_id("Product", 77)),
        (("product-1", "tea", "SKU-99"), "tea, SKU-99"),
    ],
)
def test_a_record_that_does_not_exist_is_named_and_nothing_starts(
    api: ServedApi, words: tuple[str, ...], unknown: str
) -> None:
    given = [part for word in words for part in ("--id", word)]
    answer = run(api, "exports", "start", "products", *NAMES, *given)
    assert (answer.exit_code, type(answer.exception)) == (1, RequestRefused)
    assert f"The shop has no products named {unknown}." in str(answer.exception)
    assert not api.client.service.store.jobs


@pytest.mark.parametrize("word", ["9", encode_global_id("Channel", 9)])
def test_the_number_of_no_channel_is_refused(api: ServedApi, word: str) -> None:
    answer = run(api, "exports", "start", "products", "--channel", word)
    assert f"There is no channel {word}." in str(answer.exception)


def test_slugs_and_ids_together_are_refused(api: ServedApi) -> None:
    answer = run(api, "exports", "start", "products", "--id", "1", "--id", "product-2")
    assert "either by id and number, or by slug and SKU" in str(answer.exception)


def test_names_are_listed(api: ServedApi) -> None:
    assert "channel-1" in run(api, "channels").stdout
    assert "VARIANT_SKU" in run(api, "columns").stdout
    assert json.loads(run(api, "vouchers", "--json").stdout) == []


def test_options_choose_how_cells_read(api: ServedApi, tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    options = ("--csv-preset", "EXCEL", "--layout", "PEOPLE", "--time-zone", "Europe/Berlin")
    assert export_now(api, "--out", str(target), *options).exit_code == 0
    assert target.read_bytes().decode("utf-16").startswith("Product ID\t")


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.csv", b"id,"),
        ("a.xlsx", b"PK"),
        ("a.csv.gz", b"\x1f\x8b"),
        ("a.jsonl", b"{"),
        ("a.parquet", b"PAR1"),
    ],
)
def test_the_name_of_the_file_decides_the_format(
    api: ServedApi, tmp_path: Path, name: str, begins: bytes
) -> None:
    target = tmp_path / name
    assert export_now(api, "--out", str(target)).exit_code == 0
    assert target.read_bytes().startswith(begins)
    if name.endswith(".gz"):
        assert gzip.decompress(target.read_bytes()).startswith(b"id,")


@pytest.mark.parametrize(
    "words",
    [
        ("--out", "a.xlsx", "--file-type", "CSV"),
        ("--out", "a.csv", "--compression", "GZIP"),
        ("--out", "a.xlsx", "--compression", "GZIP"),
    ],
)
def test_a_format_that_the_name_contradicts_is_refused(
    api: ServedApi, words: tuple[str, ...]
) -> None:
    answer = export_now(api, *words)
    assert (answer.exit_code, "does not go with" in answer.output) == (2, True)


def test_a_file_goes_to_standard_output_alone(api: ServedApi) -> None:
    answer = export_now(api, "--out", "-")
    assert answer.stdout_bytes.startswith(b"id,")
    assert answer.stdout_bytes.count(b"\n") == 4
    assert "4 rows" not in answer.stdout
    assert "Waiting for the export" in answer.stderr


def test_an_existing_file_is_replaced_only_by_force(api: ServedApi, tmp_path: Path) -> None:
    target = tmp_path / "tea.csv"
    target.write_text("mine")
    refused = export_now(api, "--out", str(target))
    assert (refused.exit_code, target.read_text()) == (2, "mine")
    assert "--force" in refused.output
    assert export_now(api, "--out", str(target), "--force").exit_code == 0
    assert target.read_bytes().startswith(b"id,")


def test_waiting_ends_after_the_time_out_and_the_export_continues(api: ServedApi) -> None:
    export_id = start(api)
    answer = run(api, "exports", "watch", export_id, "--timeout", "0.01")
    assert (answer.exit_code, type(answer.exception)) == (1, Unavailable)
    assert f"python -m ops exports watch {export_id}" in str(answer.exception)


def export_now(api: ServedApi, *words: str) -> Result:
    """Export while a worker handles the queue."""
    api.works = True
    return run(api, "export", "products", *NAMES, *words)
