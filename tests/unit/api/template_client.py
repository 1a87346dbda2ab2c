"""Asks the API for templates, as Ann, Bob and someone for gift cards."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.requestor import MANAGE_GIFT_CARD, MANAGE_PRODUCTS, User
from tests.api_client import ApiClient
from tests.factories import (
    ANN,
    make_requestor,
)

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
