"""`doctor`: check every part of a deployment, and say what to do about each problem."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from typing import Final, Literal

import click
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.export_files.table import EVENTS_KEY, FILES_KEY, IDEMPOTENCY_KEY, LISTS_KEY
from chalicelib.adapters.shops.issuer_store import DynamoIssuerStore
from chalicelib.adapters.shops.issuer_table import ISSUER_KEY
from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.adapters.shops.table import MARKS_KEY, SHOPS_KEY
from chalicelib.adapters.template_table import TEMPLATES_KEY
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.shop import Shop
from chalicelib.errors import Unavailable, WaybillError
from chalicelib.settings import Settings
from ops import checks
from ops.options import shop_option, stack_option

TABLE_KEYS: Final = {
    "export_files_table": list(FILES_KEY),
    "export_events_table": list(EVENTS_KEY),
    "export_lists_table": list(LISTS_KEY),
    "catalog_table": ["partition", "number"],
    "apps_table": ["token_hash"],
    "issuers_table": list(ISSUER_KEY),
    "idempotency_table": list(IDEMPOTENCY_KEY),
    "shops_table": list(SHOPS_KEY),
    "marks_table": list(MARKS_KEY),
    "templates_table": list(TEMPLATES_KEY),
}
FAILURES: Final = (
    ClientError,
    BotoCoreError,
    WaybillError,
    HTTPException,
    OSError,
    ValueError,
    KeyError,
    TypeError,
)
DEFAULT_SHOP: Final = "default"
State = Literal["ok", "warning", "wrong"]
Check = tuple[str, Callable[[], None]]


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one part of a deployment, and what to do if it is not "ok"."""

    part: str
    state: State = "ok"
    advice: str = ""


def examine(settings: Settings, shop: str) -> Iterator[Finding]:
    """Yield a finding for each part of the deployment."""
    for part, check in _checks(settings, shop):
        try:
            check()
        except checks.DoubtError as doubt:
            yield Finding(part, "warning", str(doubt))
        except checks.UnwellError as problem:
            yield Finding(part, "wrong", str(problem))
        except FAILURES as error:
            yield Finding(
                part, "wrong", f"{error} Check its name, the region and your permissions."
            )
        else:
            yield Finding(part)


def _checks(settings: Settings, shop: str) -> Iterator[Check]:
    for setting, keys in TABLE_KEYS.items():
        name = getattr(settings, setting)
        yield f"table {name}", partial(checks.check_table, name, keys)
    connected = _shops(settings)
    for one in connected:
        yield f"shop {one.name}", partial(checks.check_shop, settings.shops_table, one)
    # A deployment that serves shops on Saleor alone has no catalogue under the default name.
    if not connected or shop != DEFAULT_SHOP:
        yield f"catalogue of {shop}", partial(checks.check_catalog, settings.catalog_table, shop)
    yield "export queue", partial(checks.check_queue, settings.export_queue_url)
    queues = settings.export_queue_url, settings.sync_queue_url
    yield "worker concurrency", partial(checks.check_concurrency, *queues)
    yield f"bucket {settings.export_bucket}", partial(checks.check_bucket, settings.export_bucket)
    yield f"mail from {settings.mail_sender}", partial(checks.check_mail, settings.mail_sender)
    for issuer in _issuers(settings):
        yield f"issuer {issuer.issuer}", partial(checks.check_issuer, issuer)
    url = settings.public_url
    yield f"service at {url}", partial(checks.check_service, url)


def _shops(settings: Settings) -> tuple[Shop, ...]:
    try:
        return DynamoShopStore(settings.shops_table).list_all()
    except Unavailable:
        # The check of the table reports this.
        return ()


def _issuers(settings: Settings) -> tuple[Issuer, ...]:
    try:
        return (*settings.issuers, *DynamoIssuerStore(settings.issuers_table).list())
    except Unavailable:
        # The check of the table reports this.
        return settings.issuers


@click.command("doctor", short_help="Check a deployment and say what to do.")
@shop_option
@stack_option
def doctor_command(shop: str, settings: Settings) -> None:
    """Check a deployment: tables, shops, catalogue, queue, workers, bucket, mail, issuers, service.

    Prints what to do about each problem. Exit status 1 if something is wrong; a warning does not
    change it.
    """
    if not settings.export_bucket and not settings.export_queue_url:
        raise click.UsageError("No deployment is named. Name its stack: --stack waybill-dev")
    findings = list(examine(settings, shop))
    for finding in findings:
        click.echo(f"{finding.state:<9}{finding.part}")
        if finding.advice:
            click.echo(f"         {finding.advice}")
    if any(finding.state == "wrong" for finding in findings):
        sys.exit(1)
