"""The texts of the service in the language that a request names."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.requestor import MANAGE_PRODUCTS
from chalicelib.words.text import say
from tests.api_client import TOKEN, ApiClient
from tests.factories import make_requestor, make_service

GERMAN = {"waybill-language": "de-DE"}
ENGLISH: list[dict[str, str]] = [{}, {"accept-language": "de"}, {"waybill-language": "fr"}]
START = (
    'mutation{exportProducts(input:{scope:FILTER filter:{search:"tea"} fileType:CSV})'
    "{exportFile{id title summary} errors{message}}}"
)
CANCEL = "mutation($id:ID!){exportFileCancel(id:$id){exportFile{message} errors{message}}}"
HISTORY = "query($id:ID!){exportFile(id:$id){message events{message}}}"
PREVIEW = '{exportPreview(input:{products:{scope:IDS ids:["x"] fileType:CSV}}){rows}}'


def make_client() -> ApiClient:
    return ApiClient(service=make_service(products=1))


def start(client: ApiClient, headers: dict[str, str]) -> Any:
    return client.ask(START, headers=headers)["data"]["exportProducts"]["exportFile"]


def test_a_german_request_gets_a_german_title_and_summary() -> None:
    started = start(make_client(), GERMAN)
    assert started["title"] == "Produkte"
    assert started["summary"].startswith("Produkte mit Suche tea")


@pytest.mark.parametrize("headers", ENGLISH)
def test_every_other_request_gets_english(headers: dict[str, str]) -> None:
    client = make_client()
    started = start(client, headers)
    assert started["summary"].startswith("Products matching search tea")
    client.ask(CANCEL, headers=headers, id=started["id"])
    job = client.ask(HISTORY, headers=headers, id=started["id"])["data"]["exportFile"]
    assert job["message"] == job["events"][-1]["message"] == "The export was canceled by Robot."


def test_an_export_of_an_english_request_is_read_in_german() -> None:
    client = make_client()
    started = start(client, {})
    client.ask(CANCEL, id=started["id"])
    job = client.ask(HISTORY, headers=GERMAN, id=started["id"])["data"]["exportFile"]
    assert (
        job["message"] == job["events"][-1]["message"] == "Der Export wurde von Robot abgebrochen."
    )


def test_refusals_are_german_in_the_payload_and_at_the_top_level() -> None:
    client = make_client()
    [error] = client.ask(CANCEL, headers=GERMAN, id="x")["data"]["exportFileCancel"]["errors"]
    assert error["message"] == "Falsche ID: x. Erwartet wird: ExportFile."
    [refused] = client.ask(PREVIEW, headers=GERMAN)["errors"]
    assert refused["message"] == "Zu diesen IDs kann es nichts geben: ['x']."


def test_a_missing_permission_is_german_too() -> None:
    [denied] = make_client().ask(PREVIEW, None, headers=GERMAN)["errors"]
    assert denied["message"].startswith("Dafür brauchen Sie eine dieser Berechtigungen: ")
    assert denied["extensions"]["exception"]["code"] == "PermissionDenied"


def rest_message(client: ApiClient, id_: str, token: str | None, headers: dict[str, str]) -> str:
    """The message of an answer to `GET /exports/{id}/file`."""
    body = json.loads(client.api.file(client.request(token, headers=headers), id_).body)
    assert body["errors"][0]["message"] == body["message"]
    return str(body["message"])


@pytest.mark.parametrize(
    ("id_", "token", "english", "german"),
    [
        ("x", TOKEN, "There is no such export.", "Diesen Export gibt es nicht."),
        ("x", None, "Sign in: send a token", "Melden Sie sich an: Senden Sie einen Token"),
        ("running", TOKEN, "The export is not finished yet.", "Der Export ist noch nicht fertig."),
        ("running", "products", "To access this path,", "Dafür brauchen Sie"),
    ],
)
def test_errors_of_the_rest_routes_are_german_too(
    id_: str, token: str | None, english: str, german: str
) -> None:
    client = ApiClient()
    client.let_in("products", make_requestor(MANAGE_PRODUCTS))
    asked = client.service.request("gift_cards").id if id_ == "running" else id_
    assert rest_message(client, asked, token, {"accept-language": "de"}).startswith(english)
    assert rest_message(client, asked, token, GERMAN).startswith(german)


def test_a_mailed_link_that_is_over_says_so_in_german() -> None:
    client = ApiClient()
    request = client.request(None, headers=GERMAN)
    answer = client.api.file(replace(request, query={"token": "x"}), "x")
    assert json.loads(answer.body)["message"].startswith("Dieser Link gilt nicht")


def test_the_message_of_an_export_is_german_in_its_status() -> None:
    client = ApiClient()
    message = say("A part of the file is missing. Please export again.")
    job = client.service.change(client.service.request(), message=message)
    answer = client.api.status(client.request(TOKEN, headers=GERMAN), job.id)
    assert json.loads(answer.body)["message"].startswith("Ein Teil der Datei fehlt.")


def test_a_german_preview_and_its_file_have_german_headers_unless_a_person_named_them() -> None:
    client = make_client()
    columns = '[{key:"product.name"},{key:"variant.sku" label:"Nummer"}]'
    given = f"scope:ALL fileType:CSV layout:PEOPLE columns:{columns}"
    asked = f"{{exportPreview(input:{{products:{{{given}}}}}){{headers}}}}"
    shown = client.ask(asked, headers=GERMAN)["data"]["exportPreview"]["headers"]
    client.ask(f"mutation{{exportProducts(input:{{{given}}}){{exportFile{{id}}}}}}", headers=GERMAN)
    client.service.work()
    [job] = client.service.store.jobs.values()
    header = client.service.file_of(job).decode("utf-8-sig").splitlines()[0]
    assert header.split(",") == shown == ["Produktname", "Nummer"]


def test_a_template_has_the_headers_of_the_language_it_is_run_in() -> None:
    client = make_client()
    run = "mutation($id:ID!,$as:JSONString){exportTemplateRun(id:$id,changes:$as){exportFile{id}}}"
    id_, changes = encode_global_id("ExportTemplate", "price-list"), json.dumps({"fileType": "CSV"})
    client.ask(run, headers=GERMAN, **{"id": id_, "as": changes})
    client.service.work()
    [job] = client.service.store.jobs.values()
    assert client.service.job(job).language == "de"
    assert "Produktname" in client.service.file_of(job).decode("utf-8-sig").splitlines()[0]
