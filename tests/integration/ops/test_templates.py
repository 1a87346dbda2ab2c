"""Templates on the command line, over HTTPS and on the table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from chalicelib.adapters.template_store import DynamoTemplateStore
from chalicelib.errors import NotFound, RequestRefused
from ops.cli import commands
from tests.api_client import ServedApi
from tests.ops_commands import run
from tests.templates import make_template

SAVE = ("templates", "save", "Names", "products", "--column", "product.name=Name")


def export(api: ServedApi, out: Path, *words: str) -> str:
    answer = run(api, "export", "products", "--out", str(out), *words)
    assert answer.exit_code == 0, answer.output
    return out.read_text()


def test_a_saved_template_is_listed_and_shown(api: ServedApi) -> None:
    saved = run(api, *SAVE, "--shared").stdout.strip()
    listed = json.loads(run(api, "templates", "list", "--json").stdout)
    assert [one["name"] for one in listed] == ["Price list", "Stock count", "Everything", "Names"]
    shown = json.loads(run(api, "templates", "show", "names").stdout)
    assert (shown["id"], shown["isShared"]) == (saved, True)
    assert shown["request"]["columns"] == [{"key": "product.name", "label": "Name"}]
    assert "Names" in run(api, "templates", "list").stdout


def test_an_export_of_a_template_has_its_columns(api: ServedApi, tmp_path: Path) -> None:
    run(api, *SAVE)
    written = export(api, tmp_path / "names.csv", "--template", "names")
    assert written.splitlines() == ["Name", "Product 1", "Product 2", "Product 3"]


def test_options_override_the_template(api: ServedApi, tmp_path: Path) -> None:
    saved = run(api, *SAVE).stdout.strip()
    words = ("--template", saved, "--id", "2", "--column", "product.slug")
    written = export(api, tmp_path / "names.jsonl", *words)
    assert written.splitlines() == ['{"slug":"product-2"}']


def test_a_started_export_can_be_of_a_template(api: ServedApi) -> None:
    started = run(api, "exports", "start", "products", "--template", "price list")
    assert started.exit_code == 0, started.output
    [job] = api.client.service.store.jobs.values()
    assert (job.request.title, job.request.file_type) == ("Price list", "XLSX")


def test_a_template_of_another_type_is_not_said_to_be_absent(api: ServedApi) -> None:
    answer = run(api, "exports", "start", "gift-cards", "--template", "Price list")
    assert "no template of gift cards Price list" in str(answer.exception)


def test_a_template_is_removed(api: ServedApi) -> None:
    run(api, *SAVE)
    assert run(api, "templates", "remove", "Names").stdout == "Removed Names.\n"
    assert type(run(api, "templates", "show", "Names").exception) is NotFound


def test_several_templates_of_a_name_are_told_apart_by_id(api: ServedApi) -> None:
    ids = [run(api, *SAVE).stdout.strip() for _ in range(2)]
    refused = run(api, "templates", "remove", "Names").exception
    assert isinstance(refused, RequestRefused)
    assert all(one in str(refused) for one in ids)


def on_the_table(*words: str) -> Result:
    return CliRunner().invoke(commands, ["templates", *words, "--shop", "default"])


def test_operators_see_and_remove_the_saved_templates_of_a_shop(dynamodb: Any) -> None:
    store = DynamoTemplateStore("Templates")
    for number, shop in ((1, "default"), (2, "default"), (3, "other")):
        store.add(make_template(number, shop=shop))
    [first, _] = json.loads(on_the_table("list", "--json").stdout)
    assert (first["name"], first["owner"]) == ("Template 1", "ann@shop.example")
    assert on_the_table("remove", first["id"]).stdout == "Removed Template 1.\n"
    assert [one.name for one in store.find_all("default")] == ["Template 2"]
