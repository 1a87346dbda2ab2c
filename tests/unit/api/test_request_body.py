"""Bodies that Saleor accepts beside JSON, and what clients put into them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.api_client import TOKEN, ApiClient

QUERY = "query one($days:Int){exportStatistics(days:$days){days{exports}}}"
ANSWER = {"data": {"exportStatistics": {"days": [{"exports": 0}] * 2}}}
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=x"


def post(body: str | bytes, content_type: str) -> tuple[int, Any]:
    raw = body.encode() if isinstance(body, str) else body
    return ApiClient().post(raw, headers={"content-type": content_type})


def multipart(*fields: tuple[str, str]) -> str:
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in fields
    )
    return "".join(parts) + "--x--\r\n"


def test_a_body_can_be_the_query_itself() -> None:
    query = "{exportStatistics(days:2){days{exports}}}"
    assert post(query, "application/graphql; charset=utf-8") == (200, ANSWER)


@pytest.mark.parametrize("name", ["", "one", "null"])
def test_a_body_can_be_a_form(name: str) -> None:
    form = {"query": QUERY, "variables": '{"days": 2}', "operationName": name}
    assert post(urlencode(form), FORM) == (200, ANSWER)


def test_a_body_can_be_a_multipart_form() -> None:
    fields = (("query", QUERY), ("variables", '{"days": 2}'))
    assert post(multipart(*fields), MULTIPART) == (200, ANSWER)


def test_upload_clients_send_operations_and_a_map_of_files() -> None:
    operations = {"query": QUERY, "variables": {"days": 2, "file": None}}
    body = multipart(
        ("operations", json.dumps(operations)), ("map", '{"0": ["variables.file"]}')
    ).replace(
        "--x--\r\n",
        '--x\r\nContent-Disposition: form-data; name="0"; filename="a.png"\r\n\r\n'
        "\x01\r\n--x--\r\n",
    )
    assert post(body, MULTIPART) == (200, ANSWER)


def test_operations_can_be_a_list() -> None:
    operations = [{"query": QUERY, "variables": {"days": 2}}] * 2
    assert post(multipart(("operations", json.dumps(operations))), MULTIPART) == (200, [ANSWER] * 2)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("query=%7B__typename%7D&variables=%7B", FORM),
        ("a=b&" * 100, FORM),
        (multipart(("operations", "{")), MULTIPART),
        (multipart(*[("a", "b")] * 100), MULTIPART),
        ("--x\r\n\r\nno name\r\n--x--", MULTIPART),
        ("not a form", MULTIPART),
        ("query", "multipart/form-data"),
        (b"\xff", "application/graphql"),
        (b"\xff=\xff", FORM),
        ("", "application/json"),
    ],
)
def test_a_body_that_cannot_be_read_is_the_client_s_mistake(
    body: str | bytes, content_type: str
) -> None:
    status, answer = post(body, content_type)
    assert status == 400
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "GraphQLError"
    assert answer["message"] == answer["errors"][0]["message"]


LONG = ";" * 2_000


@pytest.mark.parametrize(
    ("part", "content_type"),
    [
        (f'Content-Disposition: form-data; name="query"{LONG}', MULTIPART),
        (f'Content-Disposition: form-data; name="query"\r\nContent-Type: a/b{LONG}', MULTIPART),
        ('Content-Disposition: form-data; name="query"', f"{MULTIPART}{LONG}"),
    ],
)
def test_a_form_with_headers_that_would_take_long_to_read_is_refused(
    part: str, content_type: str
) -> None:
    body = f"--x\r\n{part}\r\n\r\n{{__typename}}\r\n--x--\r\n"
    assert post(body.replace(LONG, ""), MULTIPART)[0] == 200
    status, answer = post(body, content_type)
    assert (status, answer["message"]) == (400, "Unable to parse query.")


def test_a_message_inside_of_a_form_is_a_text_like_any_other() -> None:
    body = (
        f"--x\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: a/b{LONG}\r\n"
        '--x\r\nContent-Disposition: form-data; name="query"\r\n\r\n{__typename}\r\n--x--\r\n'
    )
    assert post(body, MULTIPART) == (200, {"data": {"__typename": "Query"}})


def test_a_form_can_have_names_of_files_in_any_characters() -> None:
    file = b'--x\r\nContent-Disposition: form-data; name="0"; filename="\xff.png"\r\n\r\n\xff\r\n'
    assert post(file + multipart(("query", "{__typename}")).encode(), MULTIPART)[0] == 200


def get(**parameters: str) -> tuple[int, Any]:
    client = ApiClient()
    answer = client.api.graphql_by_get(replace(client.request(TOKEN), query=parameters))
    assert client.service.store.jobs == {}
    return answer.status, json.loads(answer.body)


def test_a_query_can_come_in_the_parameters_of_a_url() -> None:
    assert get(query=QUERY, variables='{"days": 2}', operationName="one") == (200, ANSWER)


@pytest.mark.parametrize("name", ["", "start"])
def test_a_mutation_in_the_parameters_of_a_url_is_refused(name: str) -> None:
    query = "mutation start{exportProducts(input:{scope:ALL fileType:CSV}){exportFile{id}}}"
    status, answer = get(query=query, operationName=name)
    assert (status, answer["message"]) == (405, "Send mutations with POST.")


@pytest.mark.parametrize(
    "parameters",
    [{}, {"query": "{"}, {"query": "{__typename}", "variables": "{"}, {"query": "\ud800"}],
)
def test_parameters_that_cannot_be_read_are_the_client_s_mistake(
    parameters: dict[str, str],
) -> None:
    status, answer = get(**parameters)
    assert (status, answer["message"]) == (400, answer["errors"][0]["message"])


def test_an_empty_list_of_requests_has_an_empty_list_of_answers() -> None:
    assert ApiClient().post([]) == (200, [])


def test_the_operation_name_null_is_none() -> None:
    assert ApiClient().post({"query": "{__typename}", "operationName": "null"})[0] == 200


PERSISTED = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}


def test_a_client_with_persisted_queries_is_told_to_send_them_in_full() -> None:
    client = ApiClient()
    status, answer = client.post({"operationName": "one", "extensions": PERSISTED})
    [error] = answer["errors"]
    assert (status, error["message"]) == (200, "PersistedQueryNotSupported")
    assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_SUPPORTED"
    again = client.post({"query": "{__typename}", "extensions": PERSISTED})
    assert again == (200, {"data": {"__typename": "Query"}})


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GraphQLSyntaxError"),
        ("{nothing}", "GraphQLError"),
        ("query($a:Int!){exportFiles(first:$a){totalCount}}", "GraphQLError"),
        ("", "GraphQLError"),
    ],
)
def test_every_refused_request_has_both_shapes(query: str, code: str) -> None:
    status, answer = ApiClient().post({"query": query})
    assert status == 400
    assert answer["message"] == answer["errors"][0]["message"] != ""
    assert {error["extensions"]["exception"]["code"] for error in answer["errors"]} == {code}
