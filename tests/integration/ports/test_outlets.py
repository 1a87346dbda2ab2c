"""What every `MessageQueue`, `EventBus` and `Mailer` promises."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.message import ExportMessage, Step
from tests.integration.ports.outlets import Outlet

MAIL: dict[str, Any] = {
    "subject": "Ready, ü",
    "text": "Text, ü\n",
    "html": "<p>Text</p>",
    "delivery_id": "d-1",
}


@pytest.mark.parametrize("count", [0, 1, 10, 11, 25])
def test_any_number_of_messages_arrives_each_once(queue: Outlet, count: int) -> None:
    messages = [
        ExportMessage(shop="s", export_id="e", step=Step.SEGMENT, segment=n) for n in range(count)
    ]
    queue.port.send(messages)
    arrived = [ExportMessage.from_json(body) for body in queue.arrived()]
    assert sorted(arrived, key=lambda message: message.segment or 0) == messages


def test_messages_of_any_shop_arrive(queue: Outlet) -> None:
    shops = ["acme", "sklep_\u017c", "tenant:7"]
    for shop in shops:
        queue.port.send([ExportMessage(shop=shop, export_id="e", step=Step.START)])
    assert sorted(body["shop"] for body in queue.arrived()) == sorted(shops)


def test_an_event_arrives_with_its_detail(bus: Outlet) -> None:
    detail = {"export": {"id": "e", "rows": 3, "name": "ü"}}
    bus.port.publish("Export Completed", detail)
    assert list(bus.arrived()) == [("Export Completed", detail)]


def test_a_mail_arrives_with_its_text(mailer: Outlet) -> None:
    mailer.port.send(to="ann@shop.example", **MAIL)
    [(to, subject, text)] = mailer.arrived()
    assert (to, subject, text.strip()) == ("ann@shop.example", "Ready, ü", "Text, ü")
