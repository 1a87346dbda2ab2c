"""The texts of the service in the language that a request names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import make_service

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
