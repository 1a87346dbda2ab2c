from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from chalicelib.api.http_answer import HttpRequest
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import Compression
from chalicelib.errors import DatabaseUnavailable, Unavailable
from chalicelib.services.work.recover_exports import recover_exports
from tests.api_client import ApiClient
from tests.factories import ANN, make_requestor, make_service

DOWNLOADS = "query($id:ID!){exportFile(id:$id){downloads{date user{email} app{name}}}}"


def make_client(**settings: Any) -> tuple[ApiClient, ExportFile]:
    client = ApiClient(service=make_service(products=1, settings=settings))
    job = client.service.request()
    client.service.work()
    return client, client.service.job(job)


def mailed_token(client: ApiClient) -> str:
    found = re.search(r"\?token=(\S+)", client.service.mailer.sent[0].text)
    assert found
    return found[1]


def by_token(client: ApiClient, job: ExportFile, token: str) -> int:
    return client.api.file(HttpRequest(headers={}, query={"token": token}), job.id).status


def test_a_compressed_file_is_downloaded_as_what_it_is() -> None:
    client = ApiClient(service=make_service(products=1))
    job = client.service.request(compression=Compression.GZIP)
    client.service.work()
    link = client.file(job.id).headers["Location"]
    assert f"name={job.file_name}&" in link
    assert job.file_name.endswith(".csv.gz")
    assert link.endswith("type=application/gzip")


def test_a_file_whose_time_is_over_is_out_of_reach_before_it_is_deleted() -> None:
    client, job = make_client()
    client.service.clock.advance(client.service.settings.retention_seconds)
    assert json.loads(client.status(job.id).body)["url"] is None
    answer = client.file(job.id)
    assert (answer.status, json.loads(answer.body)["message"]) == (
        410,
        "The file has been deleted. Start a new export.",
    )
    assert client.service.store.find_downloads(job.shop, job.id, 10) == ()


def test_a_link_ends_with_the_time_of_its_file() -> None:
    client, job = make_client()
    client.service.clock.advance(client.service.settings.retention_seconds - 60)
    seconds = re.search(r"(?:expires|seconds)=(\d+)", json.loads(client.status(job.id).body)["url"])
    assert seconds
    assert seconds[1] == "60"


def test_every_download_is_recorded_with_who_and_when() -> None:
    client, job = make_client()
    ann = client.let_in("ann", make_requestor(user=ANN))
    client.file(job.id)
    client.service.clock.advance(60)
    client.file(job.id, token=ann)
    answer = client.ask(DOWNLOADS, id=encode_global_id("ExportFile", job.id))
    downloads = answer["data"]["exportFile"]["downloads"]
    assert downloads == [
        {"date": "2026-11-24T09:31:00+00:00", "user": {"email": "ann@shop.example"}, "app": None},
        {"date": "2026-11-24T09:30:00+00:00", "user": None, "app": {"name": "Robot"}},
    ]


def test_a_refused_download_is_not_recorded() -> None:
    client, job = make_client()
    pending = client.service.request()
    client.file(pending.id)
    client.file(job.id, token=None)
    client.file(job.id, token=client.let_in("poor", make_requestor("MANAGE_STAFF")))
    assert not any(client.service.store.downloads.values())


def test_there_is_no_link_when_the_download_cannot_be_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, job = make_client()

    def fail(*arguments: object) -> None:
        raise Unavailable("The table is down.")

    monkeypatch.setattr(client.service.store, "record_download", fail)
    answer = client.file(job.id)
    assert (answer.status, "Location" in answer.headers) == (503, False)


def test_mails_hold_no_token_unless_the_deployment_asks_for_it() -> None:
    client, job = make_client()
    assert "token" not in client.service.mailer.sent[0].text
    assert job.link_key is None


def test_the_link_of_a_mail_opens_the_file_without_a_session_where_that_is_wanted() -> None:
    client, job = make_client(download_token_seconds=3600)
    token = mailed_token(client)
    assert by_token(client, job, token) == 302
    (download,) = client.service.store.downloads["default", job.id]
    assert (download.user, download.app) == (None, None)
    client.service.clock.advance(3600)
    assert by_token(client, job, token) == 401


def test_a_token_ends_with_its_revocation_its_export_or_its_setting() -> None:
    client, job = make_client(download_token_seconds=3600)
    token, export_id = mailed_token(client), encode_global_id("ExportFile", job.id)
    strict = ApiClient(service=make_service())
    strict.service.store.jobs = client.service.store.jobs
    assert by_token(strict, job, token) == 401
    client.ask("mutation($id:ID!){exportFileRevokeLink(id:$id){errors{message}}}", id=export_id)
    assert by_token(client, job, token) == 401


def test_a_token_does_not_stand_in_for_a_token_that_is_not_valid() -> None:
    client, job = make_client(download_token_seconds=3600)
    request = HttpRequest(
        headers={"authorization": "Bearer forged"}, query={"token": mailed_token(client)}
    )
    assert client.api.file(request, job.id).status == 401


@pytest.mark.parametrize("shop", ["a" * 3_000, "\ud800"])
def test_a_token_that_names_what_no_shop_can_be_is_not_an_outage(
    monkeypatch: pytest.MonkeyPatch, shop: str
) -> None:
    client, job = make_client(download_token_seconds=3600)
    monkeypatch.setattr(client.service.store, "find", refusing_long_keys)
    claims = base64.urlsafe_b64encode(json.dumps([shop, 2**40]).encode()).decode()
    assert by_token(client, job, f"{claims}.forged") == 401


def refusing_long_keys(shop: str, export_id: str) -> None:
    """Answer as DynamoDB does."""
    raise DatabaseUnavailable(f"ValidationException: {shop[:10]}")


def test_other_systems_learn_of_no_token() -> None:
    client, _ = make_client(download_token_seconds=3600)
    told = json.dumps(client.service.bus.published)
    assert "/file" in told
    assert "token" not in told


def test_a_link_of_a_mail_that_goes_out_late_lasts_as_long_as_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = ApiClient(service=make_service(products=1, settings={"download_token_seconds": 3_600}))
    job = client.service.request()

    def refuse(**mail: Any) -> None:
        raise Unavailable("The mail service does not answer.")

    with monkeypatch.context() as outage:
        outage.setattr(client.service.mailer, "send", refuse)
        client.service.work()
    client.service.clock.advance(2 * 3_600)
    recover_exports(client.service.worker)
    client.service.clock.advance(3_500)
    assert by_token(client, job, mailed_token(client)) == 302
    client.service.clock.advance(200)
    assert by_token(client, job, mailed_token(client)) == 401
