"""Queues of messages on SQS."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws.clients import client
from chalicelib.errors import QueueUnavailable

# SQS's own limit.
MAX_MESSAGES_PER_BATCH: Final = 10
ATTEMPTS: Final = 4


class QueueMessage(Protocol):
    """A message of a shop that can be written as JSON."""

    @property
    def shop(self) -> str:
        """Return the shop that the message belongs to."""

    def to_json(self) -> dict[str, Any]:
        """Return the message in plain JSON types."""


class SqsQueue:
    """`MessageQueue` and `SyncQueue`, each on one SQS queue. Bodies are legible JSON.

    The group of a message is its shop. It makes the queue a fair one: while a shop keeps the
    workers busy, SQS delivers the messages of other shops first (ADR 24).
    """

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, messages: Sequence[QueueMessage], *, delay_seconds: int = 0) -> None:
        """Send all messages, ten with each request."""
        for start in range(0, len(messages), MAX_MESSAGES_PER_BATCH):
            self._send_batch(messages[start : start + MAX_MESSAGES_PER_BATCH], delay_seconds)

    def _send_batch(self, messages: Sequence[QueueMessage], delay_seconds: int) -> None:
        """Send a batch, and again the entries that SQS did not take: it can refuse single ones."""
        waiting = [
            {
                "Id": str(place),
                "MessageBody": json.dumps(message.to_json()),
                "MessageGroupId": group_of(message.shop),
                "DelaySeconds": delay_seconds,
            }
            for place, message in enumerate(messages)
        ]
        # SQS throttles entries one by one; botocore repeats a request only if all of it failed.
        for _ in range(ATTEMPTS):
            failed = self._failed(waiting)
            waiting = [entry for entry in waiting if entry["Id"] in failed]
            if not waiting:
                return
        raise QueueUnavailable("The queue did not take all messages.")

    def _failed(self, entries: list[dict[str, Any]]) -> set[str]:
        try:
            answer = client("sqs").send_message_batch(QueueUrl=self._url, Entries=entries)
        except (ClientError, BotoCoreError) as error:
            raise QueueUnavailable(f"The queue did not take the messages: {error}") from error
        return {entry["Id"] for entry in answer.get("Failed", ())}


def group_of(shop: str) -> str:
    """Return the message group of a shop."""
    # SQS accepts only ASCII characters in the name of a group; shops may have others.
    return shop if shop.isascii() else hashlib.sha256(shop.encode()).hexdigest()
