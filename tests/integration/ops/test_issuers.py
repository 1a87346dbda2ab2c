from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.adapters.shops.issuer_store import DynamoIssuerStore
from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.shop import Installation
from ops.cli import commands
from tests.fake_service import running_service
from tests.shop_world import make_shop

pytestmark = pytest.mark.usefixtures("dynamodb")
KEYS = ("--jwks-url", "https://login.example/keys")
LOGIN = "https://login.example"


@pytest.fixture
def run() -> Any:
    return lambda *words: CliRunner().invoke(commands, words)


def stored() -> tuple[Issuer, ...]:
    return DynamoIssuerStore("Issuers").list()


def test_an_added_issuer_has_what_the_options_say(run: Any) -> None:
    words = ("--shop", "north", "--client-id", "page", "--claim", "permissions=realm.roles")
    answer = run("add-issuer", LOGIN, *KEYS, *words)
    assert answer.stdout == f"Added {LOGIN} for the shop north.\n"
    [issuer] = stored()
    assert (issuer.shop, issuer.client_id) == ("north", "page")
    assert issuer.claims == {"permissions": "realm.roles"}


def test_an_issuer_added_again_is_replaced(run: Any) -> None:
    for shop in ("north", "south"):
        run("add-issuer", LOGIN, *KEYS, "--shop", shop)
    assert [issuer.shop for issuer in stored()] == ["south"]


def test_the_issuers_of_the_parameter_are_taken_from_a_file(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "issuers.json"
    path.write_text(json.dumps([{"issuer": name, "jwks_url": "https://k"} for name in "ab"]))
    assert run("add-issuer", "--file", str(path)).exit_code == 0
    assert sorted(issuer.issuer for issuer in stored()) == ["a", "b"]


def test_options_beside_a_file_are_refused(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "issuers.json"
    path.write_text(json.dumps([{"issuer": "a", "jwks_url": "https://k"}]))
    for words in (("--shop", "north"), ("--audience", "waybill"), ("--client-id", "page")):
        answer = run("add-issuer", "--file", str(path), *words)
        assert (answer.exit_code, stored()) == (2, ())


def test_the_keys_are_found_by_discovery_or_asked_for(run: Any) -> None:
    with running_service() as service:
        answer = run("add-issuer", service.url)
    assert answer.exit_code == 1
    assert "--jwks-url" in str(answer.exception)
    assert stored() == ()


@pytest.mark.parametrize("name", ["https://a.example/graphql/", "https://a.example/graphql"])
def test_a_connected_shop_is_not_added_as_an_issuer(run: Any, name: str) -> None:
    shops = DynamoShopStore("Shops")
    shop = shops.save(make_shop("a.example"))
    answer = run("add-issuer", name, *KEYS)
    assert (answer.exit_code, stored()) == (1, ())
    assert "is a connected shop" in str(answer.exception)
    shops.save(replace(shop, status=Installation.REMOVED))
    assert run("add-issuer", name, *KEYS).exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("",),
        (LOGIN, "--file", __file__),
        (LOGIN, "--claim", "shop"),
        (LOGIN, "--jwks-url", "ftp://login.example"),
        # The API would refuse to fetch them.
        (LOGIN, "--jwks-url", "http://login.example/keys"),
    ],
)
def test_a_wrong_call_adds_nothing(run: Any, words: tuple[str, ...]) -> None:
    assert run("add-issuer", *words).exit_code == 2
    assert stored() == ()


def test_issuers_are_listed_with_where_they_come_from(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISSUERS", '[{"issuer": "https://old.example", "jwks_url": "https://k"}]')
    run("add-issuer", LOGIN, *KEYS, "--claim", "shop=tenant")
    lines = [line.split() for line in run("list-issuers").stdout.splitlines()]
    assert lines[1:] == [["https://old.example", "default", "parameter"], [LOGIN, "*", "table"]]
    assert len(json.loads(run("list-issuers", "--json").stdout)) == 2


def test_a_removed_issuer_is_stored_no_more(run: Any) -> None:
    run("add-issuer", LOGIN, *KEYS)
    assert run("remove-issuer", LOGIN).stdout == f"Removed {LOGIN}.\n"
    assert stored() == ()
    again = run("remove-issuer", LOGIN)
    assert (again.exit_code, "no issuer" in str(again.exception)) == (1, True)


def test_an_issuer_of_the_parameter_is_removed_by_a_deployment(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISSUERS", json.dumps([{"issuer": LOGIN, "jwks_url": "https://k"}]))
    assert "Deploy" in run("add-issuer", LOGIN, *KEYS).stderr
    answer = run("remove-issuer", LOGIN)
    assert (answer.exit_code, "Deploy" in str(answer.exception)) == (1, True)
    # The one of the table would count after the deployment.
    assert stored() == ()


def test_an_empty_issuer_is_not_known(run: Any) -> None:
    answer = run("remove-issuer", "")
    assert (answer.exit_code, "no issuer" in str(answer.exception)) == (1, True)
