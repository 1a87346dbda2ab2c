"""`doctor`: looks at every part of a deployment and says what to do about those that are not well."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import click
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws import client
from chalicelib.adapters.catalog_dynamodb import DynamoCatalogSource
from chalicelib.adapters.export_table import EVENTS_KEY, FILES_KEY, IDEMPOTENCY_KEY
from chalicelib.errors import WaybillError
from chalicelib.settings import Settings
from ops.maintenance import find_dead_letters
from ops.options import shop_option, stack_option
from ops.worker_concurrency import find_concurrency, find_fault

ANSWER_SECONDS: Final = 10
TABLE_KEYS: Final = {
    "export_files_table": list(FILES_KEY),
    "export_events_table": list(EVENTS_KEY),
    "catalog_table": ["partition", "number"],
    "apps_table": ["token_hash"],
    "idempotency_table": list(IDEMPOTENCY_KEY),
}
GOES_WRONG: Final = (ClientError, BotoCoreError, WaybillError, OSError, ValueError, KeyError)


class UnwellError(Exception):
    """A part that is not as it should be; the text says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, and what is wrong with it: "" when nothing is."""

    part: str
    wrong: str = ""


def examine(settings: Settings, shop: str) -> Iterator[Finding]:
    """A finding for each part of the deployment."""
    for part, check in _checks(settings, shop):
        try:
            check()
        except UnwellError as unwell:
            yield Finding(part, str(unwell))
        except GOES_WRONG as error:
            yield Finding(part, f"{error} Check its name, the region and your permissions.")
        else:
            yield Finding(part)


def _checks(settings: Settings, shop: str) -> Iterator[tuple[str, Callable[[], None]]]:
    for setting, keys in TABLE_KEYS.items():
        name = getattr(settings, setting)
        yield f"table {name}", partial(check_table, name, keys)
    yield f"catalogue of {shop}", partial(check_catalog, settings.catalog_table, shop)
    yield "export queue", partial(check_queue, settings.export_queue_url)
    yield "worker concurrency", partial(check_concurrency, settings.export_queue_url)
    yield f"bucket {settings.export_bucket}", partial(check_bucket, settings.export_bucket)
    yield f"mail from {settings.mail_sender}", partial(check_mail, settings.mail_sender)
    for issuer in settings.issuers:
        yield f"keys of {issuer.issuer}", partial(check_keys, issuer.jwks_url)
    yield f"service at {settings.public_url}", partial(check_service, settings.public_url)


def check_table(name: str, keys: list[str]) -> None:
    table = client("dynamodb").describe_table(TableName=name)["Table"]
    found = [
        key["AttributeName"] for key in sorted(table["KeySchema"], key=lambda key: key["KeyType"])
    ]
    if table["TableStatus"] != "ACTIVE":
        raise UnwellError(f"It is {table['TableStatus']}. Wait until it is active.")
    if found != keys:
        raise UnwellError(
            f"Its key is {found}, it should be {keys}. Deploy the template again under new names."
        )


def check_catalog(table: str, shop: str) -> None:
    source = DynamoCatalogSource(table)
    if not source.find_buckets(shop, "shop") or not source.find_buckets(shop, "channels"):
        raise UnwellError(
            f"It has no shop or no channels. Run: python -m ops load-catalog DIRECTORY --shop {shop}"
        )


def check_queue(url: str) -> None:
    sqs = client("sqs")
    dead_letters = find_dead_letters(sqs, url)
    names = ["ApproximateNumberOfMessages"]
    waiting = int(
        sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=names)["Attributes"][
            names[0]
        ]
    )
    if waiting:
        raise UnwellError(
            f"{waiting} dead letter(s) wait. Read the worker's log, then run: python -m ops redrive"
        )


def check_concurrency(url: str) -> None:
    """Raise UnwellError if deliveries of the queue can be throttled: SQS counts them as received."""
    for concurrency in find_concurrency(url):
        if fault := find_fault(concurrency):
            raise UnwellError(fault)


def check_bucket(name: str) -> None:
    s3 = client("s3")
    s3.head_bucket(Bucket=name)
    block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    if not all(block.values()):
        raise UnwellError("It does not block public access. Deploy the template again.")
    s3.get_bucket_encryption(Bucket=name)


def check_mail(sender: str) -> None:
    if not sender:
        raise UnwellError("No sender is set, so nobody is told. Set the parameter MailSender.")
    known = client("ses").get_identity_verification_attributes(
        Identities=[sender, sender.rpartition("@")[2]]
    )
    states = [
        attributes["VerificationStatus"] for attributes in known["VerificationAttributes"].values()
    ]
    if "Success" not in states:
        raise UnwellError(
            f"SES has not verified {sender}. Run: aws ses verify-email-identity --email-address {sender}"
        )


def check_keys(url: str) -> None:
    if not _fetch(url).get("keys"):
        raise UnwellError(f"{url} lists no keys. Check jwks_url of this issuer.")


def check_service(url: str) -> None:
    if _fetch(f"{url.rstrip('/')}/health").get("status") != "ok":
        raise UnwellError(
            f"{url}/health does not say that it is well. Read the log of the API function."
        )


def _fetch(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as response:
        answer: dict[str, Any] = json.load(response)
        return answer


@click.command("doctor", short_help="Check a deployment, and say what to do.")
@shop_option
@stack_option
def doctor_command(shop: str, settings: Settings) -> None:
    """Check a deployment: tables, catalogue, queue, bucket, mail, sign-in keys and the service itself.

    Says what to do about what is wrong; exit status 1 when something is.
    """
    findings = list(examine(settings, shop))
    for finding in findings:
        click.echo(f"{'wrong' if finding.wrong else 'ok':<7}{finding.part}")
        if finding.wrong:
            click.echo(f"       {finding.wrong}")
    if any(finding.wrong for finding in findings):
        sys.exit(1)
