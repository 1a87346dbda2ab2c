"""The checks of `doctor`, one for each part of a deployment."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from chalicelib.adapters.aws.clients import client, error_code
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.api.key_set import check_key_url
from chalicelib.api.rs256 import Rs256Key
from chalicelib.catalog.kinds import PRODUCTS
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.shop import Shop
from chalicelib.services.sync.schedule_syncs import STUCK_SECONDS
from chalicelib.services.sync.sync_service import REFUSED, TOO_MANY_BROKEN
from ops.counted import counted
from ops.maintenance import find_dead_letters
from ops.worker_concurrency import count_unreserved, find_concurrency, find_fault

ANSWER_SECONDS: Final = 10
_NEW_ADDRESS: Final = "Add the issuer again with --jwks-url and the address of its keys."


class UnwellError(Exception):
    """A part does not work. The text says what is wrong and what to do."""


class DoubtError(Exception):
    """A part works, but probably not as intended. The text says why and what to do."""


def check_table(name: str, keys: list[str]) -> None:
    """Check that a table is active and has the keys of the template."""
    table = client("dynamodb").describe_table(TableName=name)["Table"]
    if table["TableStatus"] != "ACTIVE":
        raise UnwellError(f"It is {table['TableStatus']}. Wait until it is active.")
    by_type = sorted(table["KeySchema"], key=lambda key: str(key["KeyType"]))
    found = [key["AttributeName"] for key in by_type]
    if found != keys:
        raise UnwellError(
            f"Its key is {found} instead of {keys}. Deploy the template again under new names."
        )


def check_catalog(table: str, shop: str) -> None:
    """Check that a shop's catalogue has been loaded."""
    source = DynamoCatalogSource(table)
    if not source.find_buckets(shop, "shop") or not source.find_buckets(shop, "channels"):
        raise UnwellError(
            "It has no shop or no channels. "
            f"Run: python -m ops load-catalog DIRECTORY --shop {shop}"
        )


def check_shop(table: str, shop: Shop) -> None:
    """Check that a connected shop is read, and that the app may read it."""
    if not shop.is_active:
        raise DoubtError(_about_inactive(shop))
    if shop.missing_permissions:
        raise DoubtError(
            f"Its app lacks {', '.join(shop.missing_permissions)}. Its staff install it again."
        )
    state = DynamoShopStore(table).find_state(shop.name, PRODUCTS)
    if state is not None and (advice := _about_message(shop, state.message)):
        raise UnwellError(advice)
    if state is None or state.asked_at is None:
        raise DoubtError("Its first sync is not done yet. See: python -m ops shops")
    if datetime.now(UTC) - state.asked_at > timedelta(seconds=STUCK_SECONDS):
        raise UnwellError(
            f"It was last asked for changes at {state.asked_at:%Y-%m-%d %H:%M} UTC. "
            "Read the log of the function Sync."
        )


def _about_message(shop: Shop, message: str) -> str:
    """Return what to do about a sync that stands still with this message."""
    known: dict[str, str] = {
        REFUSED: "It does not accept the token of the app. Its staff activate the app, or install "
        f"it again. {_if_deleted(shop)}",
        TOO_MANY_BROKEN: "It answers with errors for very many products. Its staff correct them.",
    }
    return known.get(message, "")


def _about_inactive(shop: Shop) -> str:
    since = f"since {shop.updated_at:%Y-%m-%d %H:%M} UTC"
    if shop.is_connected:
        return f"Its app is OFF {since}: its staff switched it off. {_if_deleted(shop)}"
    until = f" after {shop.forget_at:%Y-%m-%d %H:%M} UTC" if shop.forget_at else ""
    return f"Its staff deleted the app. Its catalogue is deleted{until}."


def _if_deleted(shop: Shop) -> str:
    # The event about a deletion can be lost. Then the shop refuses the token, as if the app were
    # off.
    return f"If they have deleted it, delete the data: python -m ops delete-shop {shop.name}"


def check_queue(url: str) -> None:
    """Check that no dead letters wait."""
    sqs, name = client("sqs"), "ApproximateNumberOfMessages"
    attributes = sqs.get_queue_attributes(
        QueueUrl=find_dead_letters(sqs, url), AttributeNames=[name]
    )
    waiting = int(attributes["Attributes"][name])
    if waiting:
        raise UnwellError(
            f"The queue has {counted(waiting, 'dead letter')}. Read the worker's log, then run: "
            "python -m ops redrive"
        )


def check_concurrency(queue_url: str, sync_queue_url: str) -> None:
    """Check that deliveries of exports start workers, and that none is throttled.

    SQS counts a throttled delivery as received.
    """
    syncs = count_unreserved(sync_queue_url) if sync_queue_url else 0
    for concurrency in find_concurrency(queue_url):
        if fault := find_fault(concurrency, syncs=syncs):
            raise UnwellError(fault)


def check_bucket(name: str) -> None:
    """Check that the bucket exists, is encrypted, blocks public access and refuses plain HTTP."""
    s3 = client("s3")
    s3.head_bucket(Bucket=name)
    block = s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"]
    if not all(block.values()):
        raise UnwellError("It does not block public access. Deploy the template again.")
    s3.get_bucket_encryption(Bucket=name)
    # An emulator has no TLS, so its stack refuses nothing.
    if s3.meta.endpoint_url.startswith("https:") and not _refuses_plain_http(s3, name):
        raise UnwellError(
            "Its policy does not refuse plain HTTP. Deploy the template again with RequireTls=true."
        )


def _refuses_plain_http(s3: Any, bucket: str) -> bool:
    try:
        policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    except ClientError as error:
        if error_code(error) != "NoSuchBucketPolicy":
            raise
        return False
    return any(
        statement["Effect"] == "Deny" and "aws:SecureTransport" in str(statement.get("Condition"))
        for statement in policy["Statement"]
    )


def check_mail(sender: str) -> None:
    """Check that SES has verified the sender."""
    if not sender:
        raise UnwellError("MailSender is not set, so mails wait. Deploy the stack with MailSender.")
    identities = [sender, sender.rpartition("@")[2]]
    known = client("ses").get_identity_verification_attributes(Identities=identities)
    states = [it["VerificationStatus"] for it in known["VerificationAttributes"].values()]
    if "Success" not in states:
        raise UnwellError(
            f"SES has not verified {sender}. "
            f"Run: aws ses verify-email-identity --email-address {sender}"
        )


def check_issuer(issuer: Issuer) -> None:
    """Check an issuer's keys, and that its tokens are bound to Waybill."""
    listed = _fetch_keys(issuer.jwks_url).get("keys")
    if not listed:
        raise UnwellError(f"{issuer.jwks_url} lists no keys. Check the address of its keys.")
    if not any(is_usable_key(entry) for entry in listed):
        raise DoubtError(
            f"None of the keys at {issuer.jwks_url} can verify RS256 with 2,048 bits or more, so "
            "every token is refused. Let the issuer sign with RS256."
        )
    if not issuer.audience and not issuer.clients:
        raise DoubtError(
            "It has neither an audience nor a client, so tokens that it made for other "
            "applications are accepted too. "
            "Set one: python -m ops add-issuer … --audience … or --client …"
        )


def _fetch_keys(url: str) -> dict[str, Any]:
    """Return the key set at an address; UnwellError if the API would not read it there."""
    try:
        check_key_url(url)
    except ValueError as error:
        raise UnwellError(f"{url} is refused: {error}. {_NEW_ADDRESS}") from error
    return fetch(url, may_move=False)


def is_usable_key(entry: Any) -> bool:
    """Return whether a key of a key set can verify tokens."""
    try:
        return entry["kty"] == "RSA" and entry.get("use", "sig") == "sig" and bool(Rs256Key(entry))
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def check_service(url: str) -> None:
    """Check that the API answers at the public address."""
    if not url:
        raise UnwellError(
            "PublicUrl is not set, so links in mails cannot be made and mails wait. "
            "Deploy the stack with PublicUrl."
        )
    if fetch(f"{url.rstrip('/')}/health").get("status") != "ok":
        raise UnwellError(f"{url}/health does not answer ok. Read the log of the API function.")


def fetch(url: str, *, may_move: bool = True) -> dict[str, Any]:
    """Return the JSON object at an address; UnwellError for another answer."""
    with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as response:
        if response.url != url and not may_move:
            raise UnwellError(f"{url} leads to {response.url}, and is not followed. {_NEW_ADDRESS}")
        answer = json.load(response)
    if not isinstance(answer, dict):
        raise UnwellError(f"{url} answers with something else than a JSON object. Check it.")
    return answer
