"""What the schedule and the queue do by themselves, done by hand: `expire` and `redrive`."""

from __future__ import annotations

import json
from typing import Any, Final

import click

from chalicelib.adapters.aws import client
from chalicelib.adapters.catalog_dynamodb import DynamoCatalogSource
from chalicelib.adapters.clock import SystemClock
from chalicelib.adapters.event_bus import EventBridgeBus
from chalicelib.adapters.file_store import S3FileStore
from chalicelib.adapters.mailer import SesMailer
from chalicelib.adapters.queue import SqsQueue
from chalicelib.errors import Unavailable
from chalicelib.rendering.exporter import prepare
from chalicelib.services.work.expire_exports import expire_exports
from chalicelib.services.work.worker import Worker
from chalicelib.settings import Settings
from ops.export_history import open_store
from ops.options import stack_option

MESSAGES_PER_BATCH: Final = 10
# Long enough for a batch to be sent on before the queue would hand it out again.
HIDDEN_SECONDS: Final = 60
# A queue that is asked without waiting may say that it is empty when it is not.
WAIT_SECONDS: Final = 2


def find_dead_letters(sqs: Any, queue_url: str) -> str:
    """The URL of the queue where the export queue's dead letters go; Unavailable when it has none."""
    attributes = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["RedrivePolicy"]).get(
        "Attributes", {}
    )
    if "RedrivePolicy" not in attributes:
        raise Unavailable(f"The queue {queue_url} has no dead letters.")
    name = json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"].rpartition(":")[2]
    url: str = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    return url


def redrive(sqs: Any, queue_url: str) -> int:
    """Hand every dead letter to the workers again and return how many; a letter goes once it was sent."""
    dead_letters = find_dead_letters(sqs, queue_url)
    moved = 0
    while letters := _receive(sqs, dead_letters):
        for letter in letters:
            sqs.send_message(QueueUrl=queue_url, MessageBody=letter["Body"])
            sqs.delete_message(QueueUrl=dead_letters, ReceiptHandle=letter["ReceiptHandle"])
        moved += len(letters)
    return moved


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
    """Hand the dead letters to the workers again.

    Messages that reach an export which has ended meanwhile change nothing.
    """
    click.echo(f"{redrive(client('sqs'), settings.export_queue_url)} message(s) sent again.")


@click.command("expire", short_help="Delete files whose time is over now.")
@stack_option
def expire_command(settings: Settings) -> None:
    """Delete the files of exports whose time is over now, instead of with the next hour."""
    click.echo(f"{expire_exports(make_worker(settings))} export(s) expired.")


def make_worker(settings: Settings) -> Worker:
    """The worker's parts, for the deployment that the operator named."""
    return Worker(
        store=open_store(settings),
        source=DynamoCatalogSource(settings.catalog_table),
        files=S3FileStore(settings.export_bucket),
        queue=SqsQueue(settings.export_queue_url),
        mailer=SesMailer(settings.mail_sender),
        bus=EventBridgeBus(settings.event_bus_name),
        clock=SystemClock(),
        settings=settings,
        prepare=prepare,
    )
