"""`create-app`, `list-apps` and `revoke-app`: apps and their tokens.

A token is shown once. The table holds only its hash.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import click

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.shops.app_store import hash_token
from chalicelib.domain.global_id import InvalidGlobalId, decode_global_id, encode_global_id
from chalicelib.errors import NotFound
from chalicelib.exports.registry import ALL_PERMISSIONS
from chalicelib.settings import Settings
from ops.counted import counted
from ops.options import json_option, shop_option, stack_option
from ops.tables import make_table

# The prefix lets secret scanners find a leaked token. Without dots it cannot be taken for a JWT.
TOKEN_PREFIX: Final = "waybill_"  # noqa: S105
TOKEN_BYTES: Final = 32
MAX_NAME_LENGTH: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatedApp:
    """A new app and its token. The token cannot be read again."""

    id: str
    name: str
    token: str


def create_app(
    table: str,
    *,
    name: str,
    permissions: Iterable[str],
    shop: str = "default",
    app_id: str | None = None,
    identifier: str = "",
) -> CreatedApp:
    """Store an app with a new token and return both. `app_id` is a global id; by default a new one.

    Creating an app again under its id adds a token. Earlier tokens stay valid.
    """
    app = CreatedApp(
        id=app_id or encode_global_id("App", uuid.uuid4()),
        name=name,
        token=TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES),
    )
    item: dict[str, Any] = {
        "token_hash": {"S": hash_token(app.token)},
        "shop": {"S": shop},
        "app_id": {"S": app.id},
        "name": {"S": name},
        "identifier": {"S": identifier or name},
        "permissions": {"L": [{"S": permission} for permission in permissions]},
        "is_active": {"BOOL": True},
        "created_at": {"S": datetime.now(UTC).isoformat(timespec="microseconds")},
    }
    client("dynamodb").put_item(TableName=table, Item=item)
    return app


def find_apps(table: str, shop: str) -> Iterator[dict[str, Any]]:
    """Yield the items of a shop's apps, one for each token."""
    pages = (
        client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=table,
            FilterExpression="shop = :shop",
            ExpressionAttributeValues={":shop": {"S": shop}},
        )
    )
    for page in pages:
        yield from page["Items"]


def revoke_app(table: str, app: str, *, shop: str = "default") -> int:
    """Revoke all tokens of an app (id or name) and return how many; NotFound if there are none."""
    tokens = [
        item for item in find_apps(table, shop) if app in (item["app_id"]["S"], item["name"]["S"])
    ]
    if not tokens:
        raise NotFound(f"The shop {shop} has no app {app}.")
    for item in tokens:
        client("dynamodb").update_item(
            TableName=table,
            Key={"token_hash": item["token_hash"]},
            UpdateExpression="SET is_active = :inactive",
            ExpressionAttributeValues={":inactive": {"BOOL": False}},
        )
    return len(tokens)


def _check_name(context: click.Context, argument: click.Parameter, name: str) -> str:
    if not name.strip() or not name.isprintable() or len(name) > MAX_NAME_LENGTH:
        raise click.BadParameter(f"a name has 1 to {MAX_NAME_LENGTH} printable characters")
    return name


def _check_id(context: click.Context, option: click.Parameter, given: str | None) -> str | None:
    with suppress(InvalidGlobalId):
        if given is None or decode_global_id(given)[0] == "App":
            return given
    raise click.BadParameter("this is not the id of an app. See: python -m ops list-apps")


@click.command("create-app")
@click.argument("name", callback=_check_name)
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    type=click.Choice(ALL_PERMISSIONS),
    help="A permission of the app. Repeat it for more.",
)
@shop_option
@click.option("--id", "app_id", metavar="GLOBAL_ID", callback=_check_id,
              help="The app's global id. Default: a new id.")  # fmt: skip
@click.option("--identifier", default="", help="The app's identifier. Default: its name.")
@stack_option
def create_app_command(
    name: str,
    permissions: tuple[str, ...],
    shop: str,
    app_id: str | None,
    identifier: str,
    settings: Settings,
) -> None:
    """Create the app NAME and print its token, once.

    Scripts send the token as "Authorization: Bearer …". Only its hash is stored. If a token is
    lost, revoke the app and create another one.
    """
    app = create_app(
        settings.apps_table,
        name=name,
        permissions=permissions,
        shop=shop,
        app_id=app_id,
        identifier=identifier,
    )
    click.echo(
        f"Created the app {name} ({app.id}) of the shop {shop}. Its token is shown only now:",
        err=True,
    )
    click.echo(app.token)


@click.command("list-apps")
@shop_option
@json_option
@stack_option
def list_apps_command(shop: str, as_json: bool, settings: Settings) -> None:
    """List the apps of a shop, one line per token. Tokens are not shown."""
    apps = [describe_app(item) for item in find_apps(settings.apps_table, shop)]
    apps.sort(key=lambda app: str(app["created_at"]))
    if as_json:
        click.echo(json.dumps(apps, indent=2, ensure_ascii=False))
        return
    rows = [
        (app["id"], app["name"], app["state"], " ".join(app["permissions"]), app["created_at"])
        for app in apps
    ]
    click.echo(make_table([("id", "name", "state", "permissions", "created (UTC)"), *rows]))


def describe_app(item: dict[str, Any]) -> dict[str, Any]:
    """Return one token's app in plain JSON types, without the token or its hash."""
    return {
        "id": item["app_id"]["S"],
        "name": item["name"]["S"],
        "state": "active" if item["is_active"]["BOOL"] else "revoked",
        "permissions": [permission["S"] for permission in item["permissions"]["L"]],
        "created_at": item["created_at"]["S"],
    }


@click.command("revoke-app")
@click.argument("app")
@shop_option
@stack_option
def revoke_app_command(app: str, shop: str, settings: Settings) -> None:
    """Revoke all tokens of APP (its id or its name)."""
    revoked = revoke_app(settings.apps_table, app, shop=shop)
    click.echo(f"Revoked {counted(revoked, 'token')} of {app}.")
