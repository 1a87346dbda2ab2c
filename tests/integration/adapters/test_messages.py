"""SQS, SES and EventBridge. What their ports promise is in tests/integration/ports."""

from __future__ import annotations

import email
import email.policy
import re
from typing import Any

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.event_bus import EventBridgeBus
from chalicelib.adapters.mailer import SesMailer
from chalicelib.adapters.queue import SqsQueue
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.errors import MailRefused, Unavailable
from tests.integration.ports.outlets import received
from tests.wrapped_calls import Call, wrap_calls

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


def fail_entries(*answers: set[str]) -> list[list[str]]:
    """Let SQS refuse these entries, a set per request. Return the ids of each request."""
    asked: list[list[str]] = []

    def refuse(call: Call, operation: str, params: Any) -> Any:
        asked.append([entry["Id"] for entry in params["Entries"]])
        failed = answers[min(len(asked), len(answers)) - 1]
        refused = [{"Id": name, "SenderFault": False} for name in sorted(failed)]
        return call(operation, params) | {"Failed": refused}

    wrap_calls(client("sqs"), refuse)
    return asked


def make_messages(count: int) -> list[ExportMessage]:
    return [
        ExportMessage(shop="s", export_id="e", step=Step.SEGMENT, segment=n) for n in range(count)
    ]


def test_entries_that_sqs_refused_are_sent_again_and_no_others() -> None:
    url = client("sqs").create_queue(QueueName="exports")["QueueUrl"]
    asked = fail_entries({"1", "2"}, {"2"}, set())
    SqsQueue(url).send(make_messages(3))
    assert asked == [["0", "1", "2"], ["1", "2"], ["2"]]


def test_entries_that_sqs_always_refuses_are_an_error() -> None:
    url = client("sqs").create_queue(QueueName="exports")["QueueUrl"]
    asked = fail_entries({"0"})
    with pytest.raises(Unavailable, match=r"^The queue did not take all messages\.$"):
        SqsQueue(url).send(make_messages(2))
    assert len(asked) == 4


def test_a_message_with_a_delay_is_not_there_at_once() -> None:
    url = client("sqs").create_queue(QueueName="exports")["QueueUrl"]
    SqsQueue(url).send(make_messages(1), delay_seconds=900)
    assert received(url) == []


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
    with pytest.raises(Unavailable, match=r"^The queue did not take the messages: .*Queue"):
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
    with pytest.raises(MailRefused, match=r"^The mail cannot be written: UnicodeEncodeError$"):
        SesMailer("from@shop.example").send(to="ann@shop.example", **{**MAIL, part: "\ud800"})


def test_a_sender_that_is_not_verified_is_refused_for_good() -> None:
    with pytest.raises(MailRefused) as refused:
        SesMailer("unverified@shop.example").send(to="ann@shop.example", **MAIL)
    assert "MessageRejected" in str(refused.value)
    assert "@" not in str(refused.value)  # it is logged


def test_without_a_sender_a_mail_waits() -> None:
    with pytest.raises(Unavailable, match=r"^MailSender is not set, so mails wait\. Deploy "):
        SesMailer("").send(to="ann@shop.example", **MAIL)


def test_a_bus_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(Unavailable, match=r"^The event bus did not take the event: "):
        EventBridgeBus("gone").publish("Export Completed", {})


def test_an_event_that_the_bus_did_not_take_is_an_error() -> None:
    def refuse(call: Call, operation: str, params: Any) -> Any:
        return {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "ThrottlingException"}]}

    wrap_calls(client("events"), refuse)
    with pytest.raises(Unavailable, match=r"^The event bus did not take the event: Throttling"):
        EventBridgeBus("default").publish("Export Completed", {})
