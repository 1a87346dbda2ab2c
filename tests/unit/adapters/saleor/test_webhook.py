"""The webhook of the catalogue is as Waybill wants it, whatever staff or a version left."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from chalicelib.adapters.outside_http import Answer
from chalicelib.adapters.saleor.client import SaleorApi
from chalicelib.adapters.saleor.webhook import connect_webhook, events, subscription
from chalicelib.domain.shop_api import Connection
from chalicelib.errors import Unavailable
from tests.sync_world import API_URL, FakeWire, make_world

CONNECTION = Connection(api_url=API_URL, token="secret", app_id="QXBwOjE=")
TARGET = "https://waybill.example/saleor/events"
RIGHT = {
    "targetUrl": TARGET,
    "isActive": True,
    "subscriptionQuery": subscription(),
    "asyncEvents": [{"name": one, "eventType": one} for one in events()],
}


@pytest.fixture
def wire() -> FakeWire:
    return FakeWire(make_world(1).server)


def connect(wire: FakeWire) -> str:
    return connect_webhook(SaleorApi(wire), CONNECTION, TARGET)  # type: ignore[arg-type]


def webhooks_of(wire: FakeWire) -> dict[str, Any]:
    assert wire.server.app is not None
    return wire.server.app.webhooks


@pytest.mark.parametrize(
    "wrong",
    [
        {"targetUrl": "https://earlier.example/"},
        {"isActive": False},
        {"subscriptionQuery": "subscription { event { __typename } }"},
        {"subscriptionQuery": None},
        {"asyncEvents": RIGHT["asyncEvents"][1:]},  # type: ignore[index]
    ],
)
def test_a_webhook_that_differs_in_one_point_is_corrected(
    wire: FakeWire, wrong: dict[str, Any]
) -> None:
    id_ = connect(wire)
    assert RIGHT.items() <= webhooks_of(wire)[id_].items()
    webhooks_of(wire)[id_] |= wrong
    assert connect(wire) == id_
    assert RIGHT.items() <= webhooks_of(wire)[id_].items()


def test_a_query_that_saleor_formatted_anew_is_left_alone(wire: FakeWire) -> None:
    id_ = connect(wire)
    webhooks_of(wire)[id_]["subscriptionQuery"] = subscription().replace(" ", "\n  ")
    wire.queries.clear()
    assert connect(wire) == id_
    assert len(wire.queries) == 1


def test_webhooks_of_other_names_are_left_alone(wire: FakeWire) -> None:
    other = {"id": "other", "name": "Other", **RIGHT, "isActive": False}
    webhooks_of(wire)["other"] = dict(other)
    assert connect(wire) != "other"
    assert webhooks_of(wire)["other"] == other


def fields_of(record: str) -> str:
    """The fields that the shop delivers with an event, without blanks at their ends."""
    [found] = re.findall(rf"\.\.\. on {record} {{ \w+ {{ (.*?) }} }} (?=\.\.\.|}})", subscription())
    return " ".join(found.split())


@pytest.mark.parametrize(
    ("event", "fields"),
    [
        ("ProductUpdated", "id"),
        ("ProductVariantDeleted", "id product { id }"),
        ("ProductVariantStockUpdated", "id product { id }"),
        ("AttributeValueUpdated", "id slug"),
        ("CategoryCreated", "id"),
    ],
)
def test_a_delivery_has_ids_only(event: str, fields: str) -> None:
    assert fields_of(event) == fields


@pytest.mark.parametrize(
    "fact", ["sku", "weight", "trackInventory", "quantity", "price", "costPrice"]
)
def test_a_variant_that_changes_where_its_time_does_not_move_is_delivered(fact: str) -> None:
    assert fact in fields_of("ProductVariantUpdated").split()


class FakeRefusingShop:
    """Has no webhook and answers a new one with this result."""

    def __init__(self, **result: Any) -> None:
        self._answers = [{"app": {"id": "QXBwOjE=", "webhooks": None}}, {"webhookCreate": result}]

    def send(self, *_: Any, **__: Any) -> Answer:
        return Answer(200, {}, json.dumps({"data": self._answers.pop(0)}).encode())


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"errors": [{"field": "targetUrl", "message": "No."}], "webhook": None}, "targetUrl: No"),
        ({"errors": [{"field": "query", "message": "Odd."}], "webhook": {"id": "x"}}, "query: Odd"),
        ({"errors": [], "webhook": None}, "did not accept the webhook"),
    ],
)
def test_a_webhook_that_the_shop_refuses_is_an_error_with_its_words(
    result: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Unavailable, match=reason):
        connect(FakeRefusingShop(**result))  # type: ignore[arg-type]
