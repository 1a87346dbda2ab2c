"""What operators see of the shops on Saleor, and how they ask for a sync."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.domain.shop import Installation, Shop
from chalicelib.services.sync.sync_service import REFUSED
from ops.cli import commands
from tests.shop_world import make_shop
from tests.sync_records import NOON, make_state

pytestmark = pytest.mark.usefixtures("dynamodb")


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> str:
    url: str = client("sqs").create_queue(QueueName="sync")["QueueUrl"]
    monkeypatch.setenv("SYNC_QUEUE_URL", url)
    return url


def run(*words: str) -> Any:
    return CliRunner().invoke(commands, words)


def save(shop: Shop) -> None:
    DynamoShopStore("Shops").save(shop)


def sent(queue: str) -> list[dict[str, Any]]:
    found = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [json.loads(one["Body"]) for one in found.get("Messages", ())]


def test_shops_are_listed_with_the_state_of_their_sync() -> None:
    save(make_shop("b.example"))
    save(make_shop("a.example", status=Installation.REMOVED, forget_at=NOON))
    DynamoShopStore("Shops").save_state(make_state("b.example", broken=("UHJvZHVjdDox",)))
    gone, living = json.loads(run("shops", "--json").stdout)
    assert (gone["shop"], gone["status"], gone["asOf"]) == ("a.example", "REMOVED", None)
    assert gone["forgetAt"] == NOON.isoformat()
    assert (living["shop"], living["broken"], living["askedAt"]) == (
        "b.example",
        1,
        NOON.isoformat(),
    )


def test_a_shop_that_refuses_the_token_is_listed_as_such() -> None:
    save(make_shop("a.example"))
    save(make_shop("b.example"))
    save(make_shop("off.example", status=Installation.OFF))
    for name in ("b.example", "off.example"):
        DynamoShopStore("Shops").save_state(make_state(name, message=REFUSED))
    listed = json.loads(run("shops", "--json").stdout)
    assert [one["isRefused"] for one in listed] == [False, True, False]
    assert listed[2]["changedAt"] == "2026-11-24T00:00:00+00:00"
    assert [" yes " in line for line in run("shops").stdout.splitlines()[1:]] == [
        False,
        True,
        False,
    ]


def test_the_list_is_a_table_without_tokens() -> None:
    save(make_shop("a.example", sealed_token=b"sealed-token", saleor_version="3.23.28"))
    heading, line = run("shops").stdout.splitlines()
    assert heading.split()[:2] == ["shop", "status"]
    assert line.split()[:2] == ["a.example", "ACTIVE"]
    assert line.split()[3] == "3.23.28"
    assert "sealed-token" not in line


def test_no_shop_is_a_sentence() -> None:
    assert run("shops").stdout == "No shop has installed Waybill.\n"


@pytest.mark.parametrize(("words", "step"), [((), "reconcile"), (("--full",), "connect")])
def test_a_sync_is_asked_for(queue: str, words: tuple[str, ...], step: str) -> None:
    save(make_shop("shop.example"))
    assert run("sync", "shop.example", *words).exit_code == 0
    assert sent(queue) == [{"shop": "shop.example", "step": step, "kind": ""}]


def test_a_shop_that_cannot_be_asked_is_named(queue: str) -> None:
    save(make_shop("off.example", status=Installation.OFF))
    refused = [run("sync", name) for name in ("off.example", "other.example")]
    assert [one.exit_code for one in refused] == [1, 1]
    assert "The app is OFF in off.example" in str(refused[0].exception)
    assert "other.example has not installed" in str(refused[1].exception)
    assert sent(queue) == []


def test_an_operator_says_where_the_dashboard_is_and_forgets_it() -> None:
    save(make_shop("shop.example"))
    said = run("set-dashboard", "shop.example", "https://admin.shop.example").stdout
    assert said == "Mails to staff of shop.example lead to https://admin.shop.example/dashboard/.\n"
    assert json.loads(run("shops", "--json").stdout)[0]["dashboard"].startswith("https://admin.")
    assert run("set-dashboard", "shop.example", "").exit_code == 0
    assert DynamoShopStore("Shops").find("shop.example") == replace(
        make_shop("shop.example"), revision=3
    )


def test_an_address_that_is_not_of_a_dashboard_is_wrong_usage() -> None:
    save(make_shop("shop.example"))
    assert run("set-dashboard", "shop.example", "http://shop.example").exit_code == 2
