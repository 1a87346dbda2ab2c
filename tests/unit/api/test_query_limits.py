"""Queries and bodies beyond a limit, and the parts of the schema that clients see."""

from __future__ import annotations

import pytest
from graphql import get_introspection_query

from chalicelib.domain.global_id import encode_global_id
from tests.api_client import ApiClient
from tests.factories import make_service

LIMITS = {
    "nested more than": "{__schema{types{fields{type{" + "ofType{" * 20 + "name" + "}" * 25,
    "more than 500 fields": "{" + " ".join(f"a{n}:__typename" for n in range(600)) + "}",
    "more than 2000 tokens": "{" + " ".join(f"a{n}:__typename" for n in range(3000)) + "}",
    "Number of mutations": "mutation{"
    + " ".join(
        f'a{n}:exportVoucherCodes(input:{{voucherId:"x",fileType:CSV}}){{errors{{code}}}}'
        for n in range(5)
    )
    + "}",
    "nested more": "{...a} fragment a on Query {...a}",
    "nested too deeply": "{a" * 20_000,
}


@pytest.mark.parametrize("said", LIMITS)
def test_a_query_beyond_a_limit_is_refused_before_it_runs(said: str) -> None:
    client = ApiClient()
    status, answer = client.post({"query": LIMITS[said]})
    assert (status, "data" in answer) == (400, False)
    assert said in answer["errors"][0]["message"]
    assert client.service.store.jobs == {}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"3", b'{"query":3}', b'{"query":"{a"}', b"[1]", b"\xff\xfe"]
)
def test_a_body_that_is_not_a_request_is_a_400_in_the_contracts_shape(body: bytes) -> None:
    status, answer = ApiClient().post(body)
    assert status == 400
    errors = answer[0]["errors"] if isinstance(answer, list) else answer["errors"]
    assert errors[0]["message"]


def test_a_body_that_is_too_large_is_refused() -> None:
    status, answer = ApiClient().post(b'{"query":"' + b"x" * 1_000_001 + b'"}')
    assert status == 413
    assert "Send fewer ids" in answer["errors"][0]["message"]


def test_a_misspelt_name_gets_no_suggestion() -> None:
    _, answer = ApiClient().post({"query": "{exportFilez(first:1){totalCount}}"})
    assert "Did you mean" not in str(answer)


@pytest.mark.parametrize(("suggestions", "told"), [(False, False), (True, True)])
def test_names_are_suggested_only_where_a_deployment_wants_it(
    suggestions: bool, told: bool
) -> None:
    client = ApiClient(service=make_service(settings={"suggestions": suggestions}))
    assert ("Did you mean" in client.ask("{exportFil(id:1){id}}")["errors"][0]["message"]) is told


def test_a_deployment_can_hide_its_schema() -> None:
    closed = ApiClient(service=make_service(settings={"introspection": False}))
    status, answer = closed.post({"query": "{__schema{types{name}}}"})
    assert (status, "data" in answer) == (400, False)
    assert "data" in ApiClient().ask("{__schema{types{name}}}")


def test_the_standard_question_for_the_whole_schema_is_answered() -> None:
    answer = ApiClient().ask(get_introspection_query())
    assert {"exportProducts", "exportGiftCards", "exportVoucherCodes"} <= {
        field["name"]
        for type_ in answer["data"]["__schema"]["types"]
        if type_["name"] == "Mutation"
        for field in type_["fields"]
    }


@pytest.mark.parametrize(("levels", "refused"), [(12, False), (13, True)])
def test_only_the_question_for_the_whole_schema_may_go_deeper(levels: int, refused: bool) -> None:
    inner = "".join("...{" if level % 2 else "... on ExportFile{" for level in range(levels))
    inner += "... on ExportFile{id}" + "}" * levels
    query = f'{{exportFile(id:"{encode_global_id("ExportFile", 1)}"){{{inner}}}}}'
    said = [error["message"] for error in ApiClient().ask(query).get("errors", ())]
    assert ("The query is nested more than 15 levels deep." in said) is refused


def test_strangers_cannot_have_what_they_send_repeated_again_and_again() -> None:
    fields = " ".join(f'a{n}: exportUnknownIds(kind: $kind, ids: ["a"])' for n in range(100))
    query = f"query($kind: String!){{ {fields} }}"
    answer = ApiClient().ask(query, token=None, kind="x" * 100_000)
    messages = [error["message"] for error in answer["errors"]]
    assert len(messages) == 100
    assert {len(message) for message in messages} == {1_001}
    assert messages[0].startswith("There is no kind `xxx")


def test_strangers_cannot_read_the_schema_again_and_again() -> None:
    client = ApiClient()
    many = " ".join(f"a{number}: __schema{{types{{name}}}}" for number in range(11))
    assert client.post({"query": f"{{{many}}}"}, token=None)[0] == 400
    status, answers = client.post([{"query": "{__schema{types{name}}}"}] * 10, token=None)
    assert (status, ["errors" in one for one in answers]) == (200, [False] * 10)
    two = {"query": '{__typename __type(name: "App"){name} __schema{types{name}}}'}
    status, answers = client.post([two] * 6, token=None)
    assert (status, ["errors" in one for one in answers]) == (400, [False] * 5 + [True])
