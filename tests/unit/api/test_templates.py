from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain.global_id import encode_global_id
from chalicelib.services.requests.change_templates import MAX_TEMPLATE_BYTES
from tests.api_client import TOKEN
from tests.catalog_files import id_of
from tests.factories import fill, make_channel
from tests.templates import make_template
from tests.unit.api.template_client import (
    NOT_FOUND,
    PRODUCTS,
    REMOVE,
    RUN,
    SAVE,
    built_in,
    listed,
    make_client,
    run,
    save,
    saved_id,
)


def test_a_repeated_run_gives_the_same_export_even_if_the_template_is_gone_by_now() -> None:
    client, key = make_client(), {"idempotency-key": "one"}
    template = saved_id(client)
    first = client.ask(RUN, "ann", key, id=template)
    client.ask(REMOVE, "ann", id=template)
    assert client.ask(RUN, "ann", key, id=template) == first
    assert len(client.service.store.jobs) == 1


def test_a_saved_template_is_listed_with_its_input() -> None:
    client = make_client()
    saved = save(client, isShared=True)["exportTemplate"]
    assert listed(client)["Names"] == saved
    assert json.loads(saved["request"])["columns"] == [{"key": "product.name"}]
    assert (saved["isShared"], saved["isBuiltIn"], saved["isOwn"]) == (True, False, True)


def test_a_private_template_is_its_owners_alone() -> None:
    client = make_client()
    saved = saved_id(client)
    assert "Names" not in listed(client, "bob")
    assert run(client, saved, "bob")["errors"] == NOT_FOUND
    assert (
        client.ask(REMOVE, "bob", id=saved)["data"]["exportTemplateRemove"]["errors"] == NOT_FOUND
    )
    assert "Names" in listed(client)


def test_a_shared_template_is_for_holders_of_its_permission() -> None:
    client = make_client()
    saved = saved_id(client, isShared=True)
    assert listed(client, "bob")["Names"]["isOwn"] is False
    assert list(listed(client, "cards")) == []
    [error] = client.ask(RUN, "cards", id=saved)["errors"]
    assert error["extensions"]["exception"]["code"] == "PermissionDenied"


def test_strangers_see_no_templates() -> None:
    [error] = make_client().ask("{exportTemplates{name}}", None)["errors"]
    assert error["extensions"]["exception"]["code"] == "PermissionDenied"


def test_saving_needs_the_permission_of_the_type() -> None:
    [error] = make_client().ask(SAVE, "cards", input={"name": "A", "export": PRODUCTS})["errors"]
    assert error["extensions"]["exception"]["code"] == "PermissionDenied"


def test_a_run_is_an_export_of_the_template_under_its_name() -> None:
    client = make_client()
    made = run(client, saved_id(client))["exportFile"]
    assert (made["title"], made["fileType"]) == ("Names", "CSV")
    assert json.loads(made["request"])["columns"] == [{"key": "product.name"}]


def test_a_run_stores_its_request_whatever_becomes_of_the_template() -> None:
    client = make_client()
    saved = saved_id(client)
    made = run(client, saved)["exportFile"]
    client.ask(REMOVE, "ann", id=saved)
    [job] = client.service.store.jobs.values()
    assert json.loads(made["request"])["title"] == job.request.title == "Names"
    assert job.request.parameters == {"columns": [{"key": "product.name"}]}


def test_what_is_given_beside_a_template_overrides_it() -> None:
    client = make_client()
    saved = saved_id(client, export={"products": {**PRODUCTS["products"], "layout": "PEOPLE"}})
    changes: dict[str, Any] = {
        "fileType": "XLSX",
        "title": "May",
        "layout": None,
        "columns": [{"key": "variant.sku"}],
    }
    made = run(client, saved, **changes)["exportFile"]
    request = json.loads(made["request"])
    assert (made["title"], made["fileType"], "layout" in request) == ("May", "XLSX", False)
    assert request["columns"] == [{"key": "variant.sku"}]


def test_columns_are_replaced_in_either_spelling_and_the_channel_of_a_filter_stays() -> None:
    client = make_client()
    fill(client.service.source, "channels", make_channel(1, "pos"))
    info = {"fields": ["NAME"], "channels": [id_of("Channel", "pos")]}
    given = {"scope": "FILTER", "filter": {"isPublished": True}, "fileType": "CSV"}
    saved = saved_id(client, export={"products": {**given, "exportInfo": info}})
    made = run(client, saved, columns=[{"key": "variant.sku"}])["exportFile"]
    assert json.loads(made["request"])["exportInfo"] == {"channels": info["channels"]}
    by_key = saved_id(client)
    made = run(client, by_key, exportInfo={"fields": ["NAME"]})["exportFile"]
    assert "columns" not in json.loads(made["request"])


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ('{"fileType": "PDF"}', "changes", "Value 'PDF' does not exist in 'FileTypesEnum' enum."),
        ("[]", "changes", "The changes are not a JSON object."),
        ("{", "changes", "The changes are not JSON."),
        ("[" * 100_000, "changes", "The changes are not JSON."),
        (r'{"filter": {"slugs": ["\ud800"]}}', "changes", "The changes are not JSON."),
        ('{"scope": "IDS"}', "ids", "You must provide at least one id."),
    ],
)
def test_changes_that_no_input_has_are_refused(changes: str, field: str, message: str) -> None:
    client = make_client()
    answer = client.ask(RUN, "ann", id=saved_id(client), changes=changes)
    [error] = answer["data"]["exportTemplateRun"]["errors"]
    assert (error["field"], error["message"]) == (field, message)


def test_a_shared_template_is_changed_by_whoever_may_use_it_and_keeps_its_owner() -> None:
    client = make_client()
    saved = saved_id(client, isShared=True)
    changed = save(client, "bob", id=saved, name="New", isShared=True)["exportTemplate"]
    assert (changed["id"], changed["name"], changed["isOwn"]) == (saved, "New", False)
    assert listed(client)["New"]["isOwn"] is True


def test_only_its_owner_makes_a_shared_template_private() -> None:
    client = make_client()
    saved = saved_id(client, isShared=True)
    [error] = save(client, "bob", id=saved)["errors"]
    assert error["field"] == "isShared"
    assert save(client, id=saved)["errors"] == []
    assert "Names" not in listed(client, "bob")


def test_a_removed_template_is_gone() -> None:
    client = make_client()
    saved = saved_id(client)
    answer = client.ask(REMOVE, "ann", id=saved)["data"]["exportTemplateRemove"]
    assert answer == {"exportTemplate": {"name": "Names"}, "errors": []}
    assert run(client, saved)["errors"] == save(client, id=saved)["errors"] == NOT_FOUND


def test_a_shop_has_at_most_a_hundred_templates() -> None:
    client = make_client()
    for number in range(100):
        client.service.templates.add(make_template(number))
    [error] = save(client)["errors"]
    assert error["message"].startswith("This shop has 100 templates, which is the limit.")
    assert save(client, name="Changed", id=built_in("template-1"))["errors"] == []


@pytest.mark.parametrize("name", ["", " ", "a" * 101, "a\x00b"])
def test_a_name_that_is_no_line_is_refused(name: str) -> None:
    [error] = save(make_client(), name=name)["errors"]
    assert error["field"] == "name"


def test_a_template_that_is_too_large_is_refused() -> None:
    export: Any = {"products": {**PRODUCTS["products"], "scope": "FILTER"}}
    export["products"]["filter"] = {"slugs": ["a" * 100] * (MAX_TEMPLATE_BYTES // 100)}
    [error] = save(make_client(), export=export)["errors"]
    assert error["message"].startswith("A template has at most 30,000 bytes.")


@pytest.mark.parametrize("id", ["x", built_in("UPPER"), encode_global_id("ExportFile", "a")])
def test_a_malformed_id_is_refused(id: str) -> None:
    [error] = run(make_client(), id)["errors"]
    assert error["message"] == f"Invalid ID: {id}. Expected: ExportTemplate."


def test_templates_are_listed_by_type() -> None:
    client = make_client()
    save(client)
    query = '{exportTemplates(exportType:"gift_cards"){name}}'
    assert client.ask(query, TOKEN)["data"]["exportTemplates"] == []
