"""What leaves the service: queue messages, mails, bus events."""

from __future__ import annotations

import email
import email.policy
import json
import re
from typing import Any

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from chalicelib.adapters.aws import client
from chalicelib.adapters.event_bus import EventBridgeBus
from chalicelib.adapters.mailer import SesMailer
from chalicelib.adapters.queue import SqsQueue
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.errors import MailRefused, Unavailable

pytestmark = pytest.mark.usefixtures("aws")
ADDRESSES = [
    "",
    "nobody",
    "a b@c",
    "x@",
    "two@a.example, three@a.example",
    "ann@shop.example\r\nBcc: eve@evil.example",
    "ann@shop.example\nSubject: other",
    "a@[",
    "a@]",
    '"@b',
    "a@b,",
    "(a@b",
    "<a@b>",
    "group:;",
    "=?utf-8?q?x?=@b",
    "a@\ud800.example",
    "a@b\x00c",
    ".a@b..c",
]
MAIL: dict[str, Any] = {
    "subject": "Ready, ü",
    "text": "Text",
    "html": "<p>Text</p>",
    "delivery_id": "d-1",
}


def received(url: str) -> list[dict[str, Any]]:
    found = []
    while (
        batch := client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages")
    ):
        found += [json.loads(message["Body"]) for message in batch]
    return found


def test_any_number_of_messages_is_sent_as_legible_json() -> None:
    url = client("sqs").create_queue(QueueName="exports")["QueueUrl"]
    messages = [
        ExportMessage(shop="s", export_id="e", step=Step.SEGMENT, segment=n) for n in range(25)
    ]
    SqsQueue(url).send(messages)
    bodies = received(url)
    assert sorted(body["segment"] for body in bodies) == list(range(25))
    assert ExportMessage.from_json(bodies[0]).step is Step.SEGMENT


@pytest.mark.parametrize("shop", ["acme", "sklep_\u017c", "a" * 100, "tenant:7"])
def test_the_messages_of_a_shop_are_a_group_so_that_no_shop_holds_up_another(shop: str) -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName="exports")["QueueUrl"]
    SqsQueue(url).send([ExportMessage(shop=shop, export_id=e, step=Step.START) for e in "ab"])
    SqsQueue(url).send([ExportMessage(shop="other", export_id="c", step=Step.START)])
    got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])
    groups = [message["Attributes"]["MessageGroupId"] for message in got["Messages"]]
    assert len(set(groups)) == 2
    assert all(re.fullmatch(r"[!-~]{1,128}", group) for group in groups)


def test_a_queue_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        SqsQueue("http://sqs.us-east-1.amazonaws.com/1/gone").send(
            [ExportMessage(shop="s", export_id="e", step=Step.START)]
        )


def test_a_mail_has_text_html_and_a_delivery_id() -> None:
    client("ses").verify_email_identity(EmailAddress="from@shop.example")
    SesMailer("from@shop.example").send(to="ann@shop.example", **MAIL)
    (sent,) = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    message = email.message_from_string(sent.raw_data, policy=email.policy.default)
    assert (message["To"], message["Subject"], message["X-Waybill-Delivery-Id"]) == (
        "ann@shop.example",
        "Ready, ü",
        "d-1",
    )
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_odd_address_is_refused_for_good(address: str) -> None:
    with pytest.raises(MailRefused) as refused:
        SesMailer("from@shop.example").send(to=address, **MAIL)
    assert not address or address not in str(refused.value)  # it is logged
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_a_mail_that_cannot_be_encoded_is_refused_for_good(part: str) -> None:
    with pytest.raises(MailRefused):
        SesMailer("from@shop.example").send(to="ann@shop.example", **{**MAIL, part: "\ud800"})


def test_a_sender_that_is_not_verified_is_refused_for_good() -> None:
    with pytest.raises(MailRefused) as refused:
        SesMailer("unverified@shop.example").send(to="ann@shop.example", **MAIL)
    assert "MessageRejected" in str(refused.value)
    assert "@" not in str(refused.value)  # it is logged


def test_without_a_sender_a_mail_waits() -> None:
    with pytest.raises(Unavailable, match="MailSender is not set"):
        SesMailer("").send(to="ann@shop.example", **MAIL)


def test_an_event_reaches_the_bus() -> None:
    EventBridgeBus("default").publish("Export Completed", {"export": {"status": "success"}})
    with pytest.raises(Unavailable):
        EventBridgeBus("gone").publish("Export Completed", {})
