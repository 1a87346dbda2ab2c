"""The main job through the packaged artefact.

API Gateway, functions from the zip, queue, tables, bucket, mail.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import signal
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.shops.app_store import hash_token
from chalicelib.domain.global_id import decode_global_id
from chalicelib.exports.registry import ALL_PERMISSIONS
from ops.apps import create_app
from tests.e2e.account import wait_for
from tests.local_run import LocalRun


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_an_export_in_segments_is_one_complete_file_in_order(service: LocalRun) -> None:
    export = service.ended(
        service.export("exportProducts", scope="ALL", exportInfo={"fields": ["VARIANT_ID"]})
    )
    assert export["status"] == "SUCCESS"
    content = service.download(export)
    rows = rows_of(content)
    assert (len(rows) - 1, len(content)) == (export["row_count"], export["file_size_bytes"])
    variants = [line for line in rows[1:] if line[1]]
    assert len(variants) == len({line[1] for line in variants}) == export["row_count"]


def test_all_three_types_are_exported(service: LocalRun) -> None:
    cards = service.ended(service.export("exportGiftCards", scope="ALL"))
    voucher = service.ended(service.export("exportVoucherCodes", voucherId="Vm91Y2hlcjoz"))
    assert (cards["status"], voucher["status"], voucher["row_count"]) == ("SUCCESS", "SUCCESS", 40)
    assert rows_of(service.download(cards))[0] == ["code"]


def test_the_link_redirects_to_a_file_under_its_name(service: LocalRun) -> None:
    export = service.ended(service.export("exportGiftCards", scope="ALL"))
    status, headers, _ = service.http(f"/exports/{export['id']}/file")
    assert (status, headers["cache-control"]) == (302, "no-store")
    with urllib.request.urlopen(headers["location"]) as answer:
        assert export["file_name"] in answer.headers["Content-Disposition"]
        assert hashlib.sha256(answer.read()).hexdigest() == export["sha256"]


def test_nobody_gets_a_file_without_a_token_or_the_permission(service: LocalRun) -> None:
    export = service.ended(service.export("exportGiftCards", scope="ALL"))
    path = f"/exports/{export['id']}/file"
    other = next(kind for kind in service.facts["tokens"] if "product" in kind)
    assert service.http(path, token=None)[0] == 401
    assert service.http(path, token="waybill_forged")[0] == 401
    assert service.http(path, token=service.token(other))[0] == 403


def test_the_events_tell_the_whole_story(service: LocalRun) -> None:
    key = service.export("exportGiftCards", scope="ALL")
    service.ended(key)
    for _ in range(100):
        found = service.graphql("query($id:ID!){exportFile(id:$id){events{type}}}", {"id": key})
        events = [event["type"] for event in found["data"]["exportFile"]["events"]]
        if len(events) == 3:
            break
        time.sleep(0.05)
    assert events == ["EXPORT_PENDING", "EXPORT_SUCCESS", "EXPORTED_FILE_SENT"]


def test_the_user_gets_one_mail(service: LocalRun) -> None:
    export = service.ended(service.export("exportGiftCards", scope="ALL"))
    # The mail follows the end of the export.
    wait_for(lambda: export["file_name"] in mails(service))
    assert "X-Amz-Signature" not in mails(service)


def mails(service: LocalRun) -> str:
    url = service.facts["aws_endpoint_url"] + "/_ministack/ses/messages"
    with urllib.request.urlopen(url) as answer:
        text: str = answer.read().decode()
    return text


def test_a_worker_that_is_killed_is_done_again(service: LocalRun) -> None:
    """The emulator runs each function in a process of its own.

    Kill the worker's while it writes.
    """
    key = service.export(
        "exportProducts", scope="ALL", exportInfo={"fields": ["NAME", "DESCRIPTION"]}
    )
    killed = 0
    for _ in range(200):
        for process in _worker_processes(service):
            os.kill(process, signal.SIGKILL)
            killed += 1
        if killed:
            break
        time.sleep(0.02)
    export = service.ended(key, seconds=200)
    assert killed, "no worker process was found"
    assert export["status"] == "SUCCESS"
    assert len(rows_of(service.download(export))) - 1 == export["row_count"]


def _worker_processes(service: LocalRun) -> list[int]:
    """Ids of the emulator's children that run a function."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, parent = (
                int(status.parent.name),
                int(status.read_text().rpartition(")")[2].split()[1]),
            )
            environment = (status.parent / "environ").read_bytes()
        except OSError:
            continue
        if (
            parent != os.getpid()
            and b"AWS_LAMBDA_FUNCTION_NAME=" in environment
            and b"-Worker" in environment
        ):
            found.append(pid)
    return found


def export_cards(service: LocalRun, token: str, key: str) -> dict[str, Any]:
    mutation = "mutation{exportGiftCards(input:{scope:ALL,fileType:CSV}){exportFile{id}}}"
    answer = service.graphql(mutation, token=token, headers={"Idempotency-Key": key})
    return service.ended(answer["data"]["exportGiftCards"]["exportFile"]["id"])


def use_links(
    service: LocalRun, export: dict[str, Any], token: str, forged: str
) -> tuple[str, ...]:
    """Ask for a link with a true and a forged token; return the parts of links that are secret."""
    path = f"/exports/{export['id']}/file"
    _, headers, _ = service.http(path, token=token)
    assert service.http(path, token=forged)[0] == 401
    service.http("/graphql", body=b'{"query":"{broken' + forged.encode(), token=forged)
    return (headers["location"], export["url"], "X-Amz-Signature", "X-Amz-Credential")


def test_the_logs_hold_no_secret(operator: LocalRun) -> None:
    table = operator.facts["outputs"]["AppsTable"]
    token = create_app(table, name="Logged", permissions=ALL_PERMISSIONS).token
    forged, key = "waybill_forged-beyond-doubt", uuid.uuid4().hex
    cards = export_cards(operator, token, key)
    codes = [row[0] for row in rows_of(operator.download(cards))[1:]]
    assert codes
    links = use_links(operator, cards, token, forged)
    logs = operator.logs_that_mention(decode_global_id(cards["id"])[1])
    tokens = (*operator.facts["tokens"].values(), token, hash_token(token), forged, key)
    assert [secret for secret in (*codes, *tokens, *links) if secret in logs] == []
    assert not re.search(r"ada@mail\.example|Bearer ", logs)


@pytest.mark.parametrize("path", ["/graphql", "/graphql/"])
def test_graphql_is_served_with_and_without_a_slash(service: LocalRun, path: str) -> None:
    status, _, body = service.http(path, body=b'{"query":"{__typename}"}')
    assert (status, json.loads(body)) == (200, {"data": {"__typename": "Query"}})


MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"{__typename}"}\r\n'
    b'--x\r\nContent-Disposition: form-data; name="map"\r\n\r\n{}\r\n--x--\r\n'
)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/graphql", b"{__typename}"),
        ("application/x-www-form-urlencoded", b"query=%7B__typename%7D"),
        ("multipart/form-data; boundary=x", MULTIPART),
    ],
)
def test_every_body_of_saleor_passes_the_gateway(
    service: LocalRun, content_type: str, body: bytes
) -> None:
    status, _, answer = service.http("/graphql", body=body, headers={"Content-Type": content_type})
    assert (status, json.loads(answer)) == (200, {"data": {"__typename": "Query"}})


def test_a_query_by_get_passes_the_gateway(service: LocalRun) -> None:
    status, _, answer = service.http("/graphql?query=%7B__typename%7D")
    assert (status, json.loads(answer)) == (200, {"data": {"__typename": "Query"}})


def test_a_dashboard_of_another_origin_may_call_from_a_browser(service: LocalRun) -> None:
    origin = "https://dashboard.shop.example"
    wish = {"Origin": origin, "Access-Control-Request-Headers": "authorization-bearer,content-type"}
    status, headers, _ = service.http("/graphql/", method="OPTIONS", token=None, headers=wish)
    assert (status, headers["access-control-allow-origin"]) == (204, origin)
    assert headers["access-control-allow-headers"] == wish["Access-Control-Request-Headers"]
    _, headers, _ = service.http("/graphql/", body=b"{}", headers={"Origin": origin})
    assert headers["access-control-allow-origin"] == origin


@pytest.mark.parametrize(("path", "method"), [("/exports", "GET"), ("/graphql/schema", "GET")])
def test_what_the_gateway_refuses_by_itself_is_an_error_that_any_client_can_read(
    service: LocalRun, path: str, method: str
) -> None:
    origin = "https://dashboard.shop.example"
    status, headers, body = service.http(path, method=method, headers={"Origin": origin})
    answer = json.loads(body)
    assert (status, headers["access-control-allow-origin"]) == (404, origin)
    assert (
        answer["message"]
        == answer["errors"][0]["message"]
        == "This address does not exist, or not for this method."
    )
