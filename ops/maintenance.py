"""`expire`, `redrive` and `relist-exports`: repair by hand what usually repairs itself."""

from __future__ import annotations

import json
from typing import Any, Final

import click

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.export_files.relisting import relist_exports
from chalicelib.adapters.queue import group_of
from chalicelib.bootstrap import make_worker
from chalicelib.errors import Unavailable
from chalicelib.services.work.expire_exports import expire_exports
from chalicelib.settings import Settings
from ops.counted import counted
from ops.options import stack_option
from ops.stored_exports import open_store

MESSAGES_PER_BATCH: Final = 10
# Long enough to send a batch on before the queue delivers it again.
HIDDEN_SECONDS: Final = 60
# Without waiting, SQS asks only some of its servers and may report an empty queue.
WAIT_SECONDS: Final = 2


def find_dead_letters(sqs: Any, queue_url: str) -> str:
    """Return the URL of the export queue's dead-letter queue; Unavailable if it has none."""
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["RedrivePolicy"]).get(
        "Attributes", {}
    )
    if "RedrivePolicy" not in attributes:
        raise Unavailable(
            f"The queue {queue_url} has no dead-letter queue. Deploy the template again."
        )
    name = json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"].rpartition(":")[2]
    url: str = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    return url


def redrive(sqs: Any, queue_url: str) -> int:
    """Send every dead letter to the workers again and return how many. A sent letter is deleted."""
    dead_letters = find_dead_letters(sqs, queue_url)
    moved = 0
    while letters := _receive(sqs, dead_letters):
        for letter in letters:
            sqs.send_message(
                QueueUrl=queue_url, MessageBody=letter["Body"], **_group(letter["Body"])
            )
            sqs.delete_message(QueueUrl=dead_letters, ReceiptHandle=letter["ReceiptHandle"])
        moved += len(letters)
    return moved


def _group(body: str) -> dict[str, str]:
    """Return the message group of a dead letter as an argument: letters of 0.1.0 had no group."""
    try:
        shop = json.loads(body)["shop"]
    except (ValueError, TypeError, KeyError):
        return {}
    return {"MessageGroupId": group_of(shop)} if isinstance(shop, str) and shop else {}


def _receive(sqs: Any, url: str) -> list[dict[str, Any]]:
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=MESSAGES_PER_BATCH,
        VisibilityTimeout=HIDDEN_SECONDS,
        WaitTimeSeconds=WAIT_SECONDS,
    )
    letters: list[dict[str, Any]] = answer.get("Messages", [])
    return letters


@click.command("redrive")
@stack_option
def redrive_command(settings: Settings) -> None:
    """Send the dead letters to the workers again.

    A message for an export that has ended changes nothing.
    """
    sent = redrive(client("sqs"), settings.export_queue_url)
    click.echo(f"{counted(sent, 'message')} sent again.")


@click.command("relist-exports", short_help="Correct the lists of exports after an upgrade.")
@stack_option
def relist_exports_command(settings: Settings) -> None:
    """Correct the lists and totals of exports, and rewrite the records of earlier versions.

    Run this five minutes after an upgrade from version 0.1.0. The command reads all exports of all
    shops. It may be interrupted and repeated.
    """
    open_store(settings)
    done = relist_exports(
        lambda done: click.echo(f"{counted(done.exports, 'export')} read", err=True)
    )
    read = counted(done.exports, "export")
    click.echo(f"{read} read, {done.listed:,} listed, {done.rewritten:,} rewritten.")


@click.command("expire", short_help="Delete expired files now.")
@stack_option
def expire_command(settings: Settings) -> None:
    """Delete the files of expired exports now instead of at the next full hour."""
    expired = expire_exports(make_worker(settings))
    click.echo(f"{counted(expired, 'export')} expired.")
