from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import Scope
from chalicelib.domain.requestor import MANAGE_GIFT_CARD, MANAGE_PRODUCTS, User
from chalicelib.services.requests.change_templates import MAX_TEMPLATE_BYTES
from tests.api_client import TOKEN, ApiClient
from tests.catalog_files import id_of, make_warehouse
from tests.factories import (
    ANN,
    fill,
    make_attribute,
    make_channel,
    make_requestor,
)
from tests.templates import make_template

BOB = User(id=encode_global_id("User", 2), email="bob@shop.example")
FIELDS = "id name exportType fileType summary request isShared isBuiltIn isOwn problem"
SAVE = (
    "mutation($input:ExportTemplateInput!){exportTemplateSave(input:$input)"
    f"{{exportTemplate{{{FIELDS}}} errors{{field code message}}}}}}"
)
REMOVE = (
    "mutation($id:ID!){exportTemplateRemove(id:$id){exportTemplate{name} "
    "errors{field code message}}}"
)
RUN = (
    "mutation($id:ID!,$changes:JSONString){exportTemplateRun(id:$id,changes:$changes)"
    "{exportFile{title fileType request} errors{field code message}}}"
)
PRODUCTS: Any = {
    "products": {"scope": "ALL", "fileType": "CSV", "columns": [{"key": "product.name"}]}
}
NOT_FOUND = [{"field": "id", "code": "NOT_FOUND", "message": "There is no such template."}]


def make_client() -> ApiClient:
    """Ann and Bob, who may export products, and one who may export gift cards only."""
    client = ApiClient()
    client.let_in("ann", make_requestor(MANAGE_PRODUCTS, user=ANN))
    client.let_in("bob", make_requestor(MANAGE_PRODUCTS, user=BOB))
    client.let_in("cards", make_requestor(MANAGE_GIFT_CARD, user=BOB))
    return client


def save(client: ApiClient, token: str = "ann", **given: Any) -> Any:
    asked = {"name": "Names", "export": PRODUCTS, **given}
    return client.ask(SAVE, token, input=asked)["data"]["exportTemplateSave"]


def saved_id(client: ApiClient, token: str = "ann", **given: Any) -> str:
    return str(save(client, token, **given)["exportTemplate"]["id"])


def run(client: ApiClient, template: str, token: str = "ann", **changes: Any) -> Any:
    asked = client.ask(RUN, token, id=template, changes=json.dumps(changes) if changes else None)
    return asked["data"]["exportTemplateRun"]


def listed(client: ApiClient, token: str = "ann") -> dict[str, Any]:
    found = client.ask(f"{{exportTemplates{{{FIELDS}}}}}", token)["data"]["exportTemplates"]
    return {template["name"]: template for template in found}


def built_in(key: str) -> str:
    return encode_global_id("ExportTemplate", key)


def columns_of(template: dict[str, Any]) -> list[str]:
    return [column["key"] for column in json.loads(template["request"])["columns"]]


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


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ('{"fileType": "PDF"}', "changes", "Value 'PDF' does not exist in 'FileTypesEnum' enum."),
        ("[]", "changes", "The changes are not a JSON object."),
        ("{", "changes", "The changes are not JSON."),
        ("[" * 100_000, "changes", "The changes are not JSON."),
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


def test_every_shop_has_built_in_templates_in_its_own_channels_and_warehouses() -> None:
    client = make_client()
    fill(client.service.source, "channels", make_channel(1, "pos"))
    fill(client.service.source, "warehouses", make_warehouse("oslo"))
    found = listed(client)
    assert list(found) == ["Price list", "Stock count", "Everything"]
    assert columns_of(found["Price list"])[3:] == ["variant.price.pos", "variant.currency.pos"]
    assert columns_of(found["Stock count"])[3:] == ["variant.stock.oslo", "variant.stock.total"]
    assert {"variant.price.pos", "product.slug"} < set(columns_of(found["Everything"]))


@pytest.mark.parametrize("key", ["price-list", "stock-count", "everything"])
def test_a_built_in_template_runs_and_cannot_be_changed(key: str) -> None:
    client = make_client()
    assert run(client, built_in(key))["exportFile"]["fileType"] == "XLSX"
    [error] = save(client, id=built_in(key))["errors"]
    assert error["message"] == "A built-in template cannot be changed. Save a copy instead."
    client.service.work()
    assert {job.status for job in client.service.store.jobs.values()} == {"SUCCESS"}


def test_the_last_export_is_a_template_of_whoever_asked_for_it() -> None:
    client = make_client()
    run(client, built_in("price-list"), title="May")
    assert "Last export" not in listed(client, "bob")
    again = run(client, built_in("last-export"))["exportFile"]
    assert json.loads(again["request"]) == json.loads(listed(client)["Last export"]["request"])
    assert again["title"] == "May"


GONE: Any = {
    "scope": "FILTER",
    "filter": {"categories": [id_of("Category", "teas")], "attributes": [{"slug": "brand"}]},
    "exportInfo": {"channels": [id_of("Channel", "pos")]},
    "fileType": "CSV",
}


def test_a_template_says_which_of_its_parts_are_gone() -> None:
    client = make_client()
    fill(client.service.source, "channels", make_channel(1, "pos"))
    fill(client.service.source, "attributes", make_attribute(1, "brand"))
    saved = saved_id(client, export={"products": GONE})
    client.service.source.records.clear()
    [error] = run(client, saved)["errors"]
    category = GONE["filter"]["categories"][0]
    assert error["message"].startswith(
        f"The template Names uses the channel Pos, the category {category}, the attribute brand,"
    )
    assert (error["field"], error["code"]) == ("id", "NOT_FOUND")
    assert listed(client)["Names"]["problem"] == error["message"]


def test_a_template_says_which_of_its_columns_are_gone() -> None:
    client = make_client()
    fill(client.service.source, "channels", make_channel(1, "pos"))
    columns = [{"key": "product.name"}, {"key": "variant.price.pos"}]
    saved = saved_id(client, export={"products": {**PRODUCTS["products"], "columns": columns}})
    client.service.source.records.clear()
    [error] = run(client, saved)["errors"]
    assert "the column variant.price.pos," in error["message"]
    assert run(client, saved, columns=columns[:1])["errors"] == []


def test_a_filter_beside_another_scope_does_not_count() -> None:
    client = make_client()
    saved = saved_id(client, export={"products": GONE})
    assert run(client, saved, scope=Scope.ALL, exportInfo=None)["errors"] == []


def test_templates_are_listed_by_type() -> None:
    client = make_client()
    save(client)
    query = '{exportTemplates(exportType:"gift_cards"){name}}'
    assert client.ask(query, TOKEN)["data"]["exportTemplates"] == []
