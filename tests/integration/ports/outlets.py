"""What has come out at the other side of a port that sends."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.event_bus import EventBridgeBus
from chalicelib.adapters.mailer import SesMailer
from chalicelib.adapters.queue import SqsQueue
from local.emulator import REGION, Emulator
from tests.fakes import FakeEventBus, FakeMailer, FakeQueue

SENDER = "exports@shop.example"


@dataclass(frozen=True)
class Outlet:
    """A port that sends, and a function that returns what has arrived."""

    port: Any
    arrived: Callable[[], Sequence[Any]]


def fake_queue() -> Outlet:
    queue = FakeQueue()
    return Outlet(queue, lambda: [json.loads(body) for body in queue.bodies])


def sqs_queue() -> Outlet:
    url = client("sqs").create_queue(QueueName="exports")["QueueUrl"]
    return Outlet(SqsQueue(url), lambda: received(url))


def received(url: str) -> list[dict[str, Any]]:
    """Return the bodies of all messages in a queue."""
    found: list[dict[str, Any]] = []
    ask = {"QueueUrl": url, "MaxNumberOfMessages": 10}
    while batch := client("sqs").receive_message(**ask).get("Messages"):
        found += [json.loads(message["Body"]) for message in batch]
    return found


def fake_bus() -> Outlet:
    bus = FakeEventBus()
    return Outlet(bus, lambda: bus.published)


def eventbridge_bus() -> Outlet:
    """The default bus, with a rule that puts every event of the service into a queue."""
    url = client("sqs").create_queue(QueueName="events")["QueueUrl"]
    asked = {"QueueUrl": url, "AttributeNames": ["QueueArn"]}
    arn = client("sqs").get_queue_attributes(**asked)["Attributes"]["QueueArn"]
    client("events").put_rule(Name="all", EventPattern='{"source": ["waybill"]}')
    client("events").put_targets(Rule="all", Targets=[{"Id": "1", "Arn": arn}])
    return Outlet(
        EventBridgeBus("default"),
        lambda: [(event["detail-type"], event["detail"]) for event in received(url)],
    )


def fake_mailer() -> Outlet:
    mailer = FakeMailer()
    return Outlet(mailer, lambda: [(mail.to, mail.subject, mail.text) for mail in mailer.sent])


def ses_mailer(emulator: Emulator | None) -> Outlet:
    client("ses").verify_email_identity(EmailAddress=SENDER)
    return Outlet(SesMailer(SENDER), lambda: _in_emulator(emulator) if emulator else _in_moto())


def _in_moto() -> list[tuple[str, str, str]]:
    sent = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    mails = [
        email.message_from_bytes(one.raw_data.encode(), policy=email.policy.default) for one in sent
    ]
    texts = [next(mail.iter_parts()).get_content() for mail in mails]
    return [(mail["To"], mail["Subject"], text) for mail, text in zip(mails, texts, strict=True)]


def _in_emulator(emulator: Emulator) -> list[tuple[str, str, str]]:
    return [(mail["To"][0], mail["Subject"], mail["BodyText"]) for mail in emulator.mails()]
