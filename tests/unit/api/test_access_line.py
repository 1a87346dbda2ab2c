from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from chalice.test import Client

import app
from chalicelib import bootstrap
from chalicelib.settings import Settings
from tests.api_client import TOKEN, ApiClient
from tests.factories import ANN, make_requestor
from tests.log_lines import Lines, logged_lines

Ask = Callable[..., dict[str, Any]]
STATUS = "query Name($id:ID!){export:exportFile(id:$id){status}}"


@pytest.fixture
def lines() -> Iterator[Lines]:
    with logged_lines() as logged:
        yield logged


@pytest.fixture
def ask(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Send a request through the app, and return its access line."""
    api = ApiClient()
    api.let_in("ann", make_requestor())
    monkeypatch.setattr(bootstrap, "api", lambda: api.api)
    monkeypatch.setattr(bootstrap, "settings", Settings)
    client = Client(app.app)

    def send(method: str, path: str, token: str = TOKEN, body: Any = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        client.http.request(method, path, headers=headers, body=json.dumps(body).encode())
        return lines.of("request")[-1]

    return send


def graphql(query: str, **variables: Any) -> dict[str, Any]:
    return {"query": query, "variables": variables}


def test_a_query_says_who_asked_for_what_and_how_it_ended(ask: Ask) -> None:
    line = ask("POST", "/graphql", "ann", graphql(STATUS, id="RXhwb3J0RmlsZTox"))
    assert (line["requestor_id"], line["shop"]) == (ANN.id, "default")
    assert (line["method"], line["route"], line["status"]) == ("POST", "/graphql", 200)
    assert line["operations"] == ["query exportFile"]
    assert 0 <= line["milliseconds"] < 10_000


def test_a_line_holds_no_token_no_variable_and_no_word_of_the_client(ask: Ask) -> None:
    line = ask("POST", "/graphql?key=SECRET", "ann", graphql(STATUS, id="SECRET", other="SECRET"))
    written = json.dumps(line)
    assert not any(word in written for word in ("SECRET", "Name", "export:", "Bearer", '"ann"'))


def test_a_line_names_fields_in_fragments_and_each_operation_of_a_batch(ask: Ask) -> None:
    fragments = "{...a} fragment a on Query{...{__typename} exportFiles(first:1){totalCount}}"
    mutation = 'mutation{exportFileCancel(id:"RXhwb3J0RmlsZTox"){errors{code}}}'
    line = ask("POST", "/graphql", body=[graphql(fragments), graphql(mutation)])
    assert line["operations"] == ["query __typename exportFiles", "mutation exportFileCancel"]


def test_a_field_that_is_asked_for_many_times_is_named_once(ask: Ask) -> None:
    fields = " ".join(f"a{number}:__typename" for number in range(400))
    line = ask("POST", "/graphql", body=graphql(f"{{{fields}}}"))
    assert line["operations"] == ["query __typename"]


@pytest.mark.parametrize("body", [{"query": "{nothing}"}, {"query": "{"}, [], None])
def test_a_refused_query_has_a_line_without_an_operation(ask: Ask, body: Any) -> None:
    line = ask("POST", "/graphql", body=body)
    assert "operations" not in line
    assert line["status"] in (200, 400)


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/exports/SECRET", "/exports/{export_id}"),
        ("/exports/SECRET/file?token=SECRET", "/exports/{export_id}/file"),
    ],
)
def test_a_rest_route_is_logged_without_its_path(ask: Ask, path: str, route: str) -> None:
    line = ask("GET", path)
    assert (line["route"], line["status"]) == (route, 404)
    assert "SECRET" not in json.dumps(line)


def test_a_stranger_has_a_line_without_a_requestor(ask: Ask) -> None:
    line = ask("GET", "/exports/one", token="guessed")
    assert (line["status"], "requestor_id" in line, "shop" in line) == (401, False, False)


def test_a_request_that_breaks_the_function_has_a_line_too(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "api", lambda: 1 / 0)
    assert ask("GET", "/exports/one")["status"] == 500
