from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from chalicelib.api.auth import Authenticator
from chalicelib.api.http import Api
from chalicelib.api.issuers import Issuers
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.requestor import MANAGE_PRODUCTS, Requestor
from chalicelib.errors import Unavailable
from tests.api_client import ApiClient
from tests.factories import fill, make_gift_card, make_requestor


def finished_gift_cards(client: ApiClient) -> ExportFile:
    fill(client.service.source, "gift_cards", make_gift_card(1, "SECRET"))
    job = client.service.request("gift_cards")
    client.service.work()
    return client.service.job(job)


def test_the_status_route_tells_a_script_all_it_needs() -> None:
    client = ApiClient()
    job = finished_gift_cards(client)
    told = json.loads(client.status(encode_global_id("ExportFile", job.id)).body)
    assert (told["status"], told["progress"], told["row_count"], told["message"]) == (
        "SUCCESS",
        1.0,
        1,
        None,
    )
    assert told["url"].startswith("https://files.example/")


def test_no_answer_with_a_link_is_kept_by_a_browser() -> None:
    client = ApiClient()
    job = finished_gift_cards(client)
    graphql = client.api.graphql(client.request("waybill_app", b'{"query":"{__typename}"}'))
    for answer in (client.status(job.id), client.file(job.id), graphql):
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_file_route_redirects_to_a_link_for_minutes() -> None:
    client = ApiClient()
    job = finished_gift_cards(client)
    answer = client.file(job.id)
    assert answer.status == 302
    assert answer.headers["Location"].endswith(
        f"name={job.file_name}&seconds=300&type=text/csv%3B%20charset%3Dutf-8"
    )
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("status", "expected"),
    [(JobStatus.PENDING, 409), (JobStatus.FAILED, 409), (JobStatus.DELETED, 410)],
)
def test_without_a_file_there_is_a_sentence(status: JobStatus, expected: int) -> None:
    client = ApiClient()
    job = client.service.request("gift_cards")
    client.service.change(job, status=status)
    answer = client.file(job.id)
    assert answer.status == expected
    assert json.loads(answer.body)["message"].endswith(".")


def test_every_refusal_is_for_scripts_and_for_graphql_clients() -> None:
    client = ApiClient()
    job = finished_gift_cards(client)
    client.let_in("products", make_requestor(MANAGE_PRODUCTS))
    refused = [client.file(job.id, token) for token in ("wrong", "products")]
    refused += [client.status("x"), client.file(client.service.request("gift_cards").id)]
    for answer in refused:
        body = json.loads(answer.body)
        assert body["message"] == body["errors"][0]["message"]
        assert body["errors"][0]["extensions"]["exception"]["code"]
    assert [answer.status for answer in refused] == [401, 403, 404, 409]


class FakeSilentAuthenticator(Authenticator):
    """Behaves as if the issuer did not answer."""

    def identify(self, headers: Mapping[str, str], address: str = "") -> Requestor:
        raise Unavailable("The issuer's keys cannot be read.")


def test_while_an_issuer_is_silent_every_route_asks_to_try_again() -> None:
    client = ApiClient()
    client.api = Api(
        service=client.service.api, authenticator=FakeSilentAuthenticator(Issuers(()), client.apps)
    )
    graphql = client.api.graphql(client.request("a.b.c", b'{"query":"{__typename}"}'))
    for answer in (graphql, client.status("x"), client.file("x")):
        body = json.loads(answer.body)
        assert (answer.status, body["message"]) == (503, body["errors"][0]["message"])
        assert body["errors"][0]["extensions"]["exception"]["code"] == "Unavailable"
        assert "issuer" not in answer.body


def test_a_requestor_without_the_permission_gets_no_link() -> None:
    client = ApiClient()
    job = finished_gift_cards(client)
    client.let_in("products", make_requestor(MANAGE_PRODUCTS))
    client.let_in("elsewhere", make_requestor(shop="elsewhere"))
    assert [
        client.file(job.id, token).status for token in (None, "wrong", "products", "elsewhere")
    ] == [
        401,
        401,
        403,
        404,
    ]


def test_a_client_cannot_choose_where_a_link_leads() -> None:
    client = ApiClient()
    forged = dict.fromkeys(
        ("host", "x-forwarded-host", "forwarded", "x-original-url", "referer"), "evil.example"
    )
    answer = client.api.file(
        client.request(None, headers={**forged, "accept": "text/html"}), "a\r\nSet-Cookie: b"
    )
    assert (answer.status, answer.headers["Location"]) == (
        302,
        "http://127.0.0.1:8000/#exports/a%0D%0ASet-Cookie%3A%20b",
    )


@pytest.mark.parametrize("export_id", ["", "x", "..", "UHJvZHVjdDox", "1", "%2e%2e", "a" * 400])
def test_an_id_that_is_not_one_of_an_export_is_not_found(export_id: str) -> None:
    assert ApiClient().status(export_id).status == 404
