"""Options that several commands share."""

from __future__ import annotations

from typing import Any

import click

from chalicelib.domain.requestor import MAX_SHOP_NAME_LENGTH, is_shop_name
from chalicelib.settings import Settings
from ops.deployment import settings_of


def _read_settings(context: click.Context, option: click.Parameter, stack: str | None) -> Settings:
    try:
        return settings_of(stack)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def check_shop(context: click.Context, option: click.Parameter, shop: str) -> str:
    """The name of a shop as it was given; BadParameter when it cannot be one."""
    if not is_shop_name(shop):
        raise click.BadParameter(
            f"a shop's name has 1 to {MAX_SHOP_NAME_LENGTH} characters, no spaces, '#', '/' or '\\'"
        )
    return shop


def stack_option(command: Any) -> Any:
    """`--stack NAME` (or WAYBILL_STACK), which gives the command its `settings`."""
    return click.option(
        "--stack",
        "settings",
        metavar="NAME",
        envvar="WAYBILL_STACK",
        callback=_read_settings,
        help="Take tables, queue and bucket from this CloudFormation stack; or WAYBILL_STACK.",
    )(command)


def shop_option(command: Any) -> Any:
    """`--shop NAME`."""
    return click.option(
        "--shop",
        default="default",
        show_default=True,
        metavar="NAME",
        callback=check_shop,
        help="Whose data it is.",
    )(command)


def json_option(command: Any) -> Any:
    """`--json`, for scripts."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")(
        command
    )
