from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.adapters.shops.app_store import DynamoAppStore, hash_token
from chalicelib.domain.global_id import decode_global_id
from chalicelib.errors import NotFound
from ops.apps import create_app, find_apps, revoke_app
from ops.cli import commands

pytestmark = pytest.mark.usefixtures("dynamodb")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("APPS_TABLE", "Apps")
    return lambda *words: CliRunner().invoke(commands, words, catch_exceptions=False)


def test_only_the_hash_of_the_token_is_stored(dynamodb: Any) -> None:
    app = create_app("Apps", name="Robot", permissions=["MANAGE_PRODUCTS"])
    [item] = dynamodb.scan(TableName="Apps")["Items"]
    assert item["token_hash"]["S"] == hash_token(app.token)
    assert app.token not in str(item)


def test_what_is_stored_is_what_was_asked_for() -> None:
    names = {"name": "Robot", "app_id": "QXBwOjI=", "identifier": "bot"}
    create_app("Apps", permissions=["MANAGE_APPS"], shop="north", **names)
    [item] = find_apps("Apps", "north")
    assert {name: item[name]["S"] for name in names} == names
    assert item["permissions"] == {"L": [{"S": "MANAGE_APPS"}]}
    assert item["is_active"] == {"BOOL": True}


def test_an_app_without_an_id_gets_a_new_one() -> None:
    first, second = (create_app("Apps", name="Robot", permissions=[]) for _ in range(2))
    assert first.id != second.id
    assert decode_global_id(first.id)[0] == "App"


def test_the_service_knows_the_app_by_its_token_until_it_is_revoked() -> None:
    app = create_app(
        "Apps", name="Robot", permissions=["MANAGE_PRODUCTS"], shop="north", app_id="QXBwOjI="
    )
    requestor = DynamoAppStore("Apps").find_requestor(app.token)
    assert requestor is not None
    assert (requestor.shop, requestor.id, requestor.permissions) == (
        "north",
        "QXBwOjI=",
        frozenset({"MANAGE_PRODUCTS"}),
    )
    revoke_app("Apps", "Robot", shop="north")
    assert DynamoAppStore("Apps").find_requestor(app.token) is None


def test_a_token_never_looks_like_a_jwt() -> None:
    assert "." not in create_app("Apps", name="Robot", permissions=[]).token


def test_revoking_reaches_every_token_of_the_app_in_its_shop_only() -> None:
    for shop in ("north", "north", "south"):
        create_app("Apps", name="Robot", permissions=[], shop=shop, app_id="QXBwOjI=")
    assert revoke_app("Apps", "QXBwOjI=", shop="north") == 2
    assert [item["is_active"]["BOOL"] for item in find_apps("Apps", "north")] == [False, False]
    assert [item["is_active"]["BOOL"] for item in find_apps("Apps", "south")] == [True]


def test_revoking_an_unknown_app_says_so() -> None:
    with pytest.raises(NotFound, match="The shop default has no app Nobody"):
        revoke_app("Apps", "Nobody")


def test_create_app_prints_the_token_alone_on_stdout(run: Any) -> None:
    answer = run(
        "create-app", "Robot", "--permission", "MANAGE_PRODUCTS", "--permission", "MANAGE_APPS"
    )
    [item] = find_apps("Apps", "default")
    assert hash_token(answer.stdout.strip()) == item["token_hash"]["S"]
    assert "shown only now" in answer.stderr


def test_an_unknown_permission_is_a_usage_error(run: Any) -> None:
    assert run("create-app", "Robot", "--permission", "MANAGE_ALL").exit_code == 2


@pytest.mark.parametrize(
    "words", [("",), (" ",), ("a\nb",), ("x" * 101,), ("Robot", "--id", "2"), ("Robot", "--id", "")]
)
def test_an_app_needs_a_name_and_an_id_that_lists_can_show(
    run: Any, words: tuple[str, ...]
) -> None:
    assert run("create-app", *words).exit_code == 2
    assert not list(find_apps("Apps", "default"))


def test_list_apps_shows_state_and_permissions_but_no_token(run: Any) -> None:
    token = run("create-app", "Robot", "--permission", "MANAGE_PRODUCTS").stdout.strip()
    assert run("revoke-app", "Robot").stdout == "Revoked 1 token of Robot.\n"
    listed = run("list-apps").stdout
    assert "Robot  revoked  MANAGE_PRODUCTS" in listed
    assert token not in listed
    assert hash_token(token) not in listed


def test_list_apps_for_scripts_is_json_without_a_token(run: Any) -> None:
    token = run("create-app", "Robot", "--permission", "MANAGE_PRODUCTS").stdout.strip()
    listed = run("list-apps", "--json").stdout
    [app] = json.loads(listed)
    assert (app["name"], app["state"], app["permissions"]) == (
        "Robot",
        "active",
        ["MANAGE_PRODUCTS"],
    )
    assert token not in listed
    assert hash_token(token) not in listed
