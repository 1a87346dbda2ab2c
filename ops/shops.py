"""`shops` and `sync`: the shops on Saleor that installed Waybill, and their syncs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click

from chalicelib.adapters.queue import SqsQueue
from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.catalog.kinds import PRODUCTS
from chalicelib.domain.dashboard import read_dashboard_url
from chalicelib.domain.shop import Shop
from chalicelib.domain.sync import SyncMessage, SyncState, SyncStep
from chalicelib.errors import Conflict, NotFound
from chalicelib.services.sync.sync_service import REFUSED
from chalicelib.settings import Settings
from ops.options import check_shop, json_option, stack_option
from ops.tables import make_table

HEADINGS = (
    "shop",
    "status",
    "changed",
    "Saleor",
    "asked",
    "refused",
    "read whole",
    "broken",
    "installed",
    "forget at",
    "dashboard",
)


@click.command("shops")
@json_option
@stack_option
def shops_command(as_json: bool, settings: Settings) -> None:
    """List the shops on Saleor that installed Waybill, and how current their products are.

    `changed` is when the installation last changed: when staff switched the app off, for example.
    `asked` is when the shop last said what changed in it, and `refused` that it has not accepted
    Waybill's token since. `read whole` is when its products were last read completely; empty means
    that the first sync is under way. `broken` counts the products that the shop cannot show.

    Staff may have deleted the app of a shop that has been OFF or refused for long, and the event
    about it was lost. Such data stays until you delete it with delete-shop.
    """
    found = list(_described(DynamoShopStore(settings.shops_table)))
    if as_json:
        click.echo(json.dumps(found, indent=2))
    elif found:
        click.echo(make_table([HEADINGS, *(tuple(map(_cell, one.values())) for one in found)]))
    else:
        click.echo("No shop has installed Waybill.")


def _described(shops: DynamoShopStore) -> Iterator[dict[str, Any]]:
    for shop in sorted(shops.list_all(), key=lambda one: one.name):
        state = shops.find_state(shop.name, PRODUCTS)
        yield _facts(shop, state or SyncState(shop=shop.name, kind=PRODUCTS))


def _facts(shop: Shop, state: SyncState) -> dict[str, Any]:
    def when(moment: Any) -> str | None:
        return moment.isoformat(timespec="seconds") if moment else None

    return {
        "shop": shop.name,
        "status": shop.status.value,
        "changedAt": when(shop.updated_at),
        "saleorVersion": shop.saleor_version,
        "askedAt": when(state.asked_at),
        "isRefused": shop.is_active and state.message == REFUSED,
        "asOf": when(state.as_of),
        "broken": len(state.broken),
        "installedAt": when(shop.installed_at),
        "forgetAt": when(shop.forget_at),
        "dashboard": shop.dashboard_url or None,
    }


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else str(value)


@click.command("sync", short_help="Read what changed in a shop, now.")
@click.argument("shop", callback=check_shop)
@click.option("--full", is_flag=True, help="Check the webhook and read all products again.")
@stack_option
def sync_command(shop: str, full: bool, settings: Settings) -> None:
    """Ask for a sync of SHOP now. `shops` shows when it is done.

    Without --full it reads what changed since the last time. The schedule does the same every few
    minutes.
    """
    found = _get_shop(DynamoShopStore(settings.shops_table), shop)
    if not found.is_active:
        raise Conflict(f"The app is {found.status.value} in {shop}, so the shop cannot be asked.")
    step = SyncStep.CONNECT if full else SyncStep.RECONCILE
    SqsQueue(settings.sync_queue_url).send([SyncMessage(shop=shop, step=step)])
    click.echo(f"Asked for a {'full ' if full else ''}sync of {shop}.")


@click.command("set-dashboard", short_help="Say where the dashboard of a shop is.")
@click.argument("shop", callback=check_shop)
@click.argument("url")
@stack_option
def set_dashboard_command(shop: str, url: str, settings: Settings) -> None:
    """Let the mails to staff of SHOP lead to the app's page in the dashboard at URL.

    An origin alone gets the path /dashboard/. Staff confirm the address in the popup themselves;
    this command changes it. With an empty URL, mails lead to Waybill's own page again, and staff
    are asked again.
    """
    shops = DynamoShopStore(settings.shops_table)
    found = _get_shop(shops, shop)
    try:
        allow = settings.loopback_shops
        address = read_dashboard_url(url, allow_loopback=allow) if url else ""
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="URL") from error
    shops.save(replace(found, dashboard_url=address))
    click.echo(f"Mails to staff of {shop} lead to {address or 'the page of Waybill'}.")


def _get_shop(shops: DynamoShopStore, name: str) -> Shop:
    found = shops.find(name)
    if found is None:
        raise NotFound(f"The shop {name} has not installed Waybill. See: python -m ops shops")
    return found
