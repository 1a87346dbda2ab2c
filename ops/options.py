"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

import click
from click.core import ParameterSource

from chalicelib.domain.requestor import MAX_SHOP_NAME_LENGTH, is_shop_name
from chalicelib.settings import Settings
from ops.deployment import settings_of
from ops.service_client import ServiceClient, check_address, check_token


def _read_settings(context: click.Context, option: click.Parameter, stack: str | None) -> Settings:
    return read_settings(stack)


def read_settings(stack: str | None) -> Settings:
    """Return the settings of a stack, or of the environment; UsageError, or NotFound."""
    try:
        return settings_of(stack)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def check_shop(context: click.Context, option: click.Parameter, shop: str) -> str:
    """Return the name of a shop; BadParameter if it is not valid."""
    if not is_shop_name(shop):
        raise click.BadParameter(
            f"a shop's name has 1 to {MAX_SHOP_NAME_LENGTH} characters, no spaces, '#', '/' or '\\'"
        )
    return shop


def _checked(check: Callable[[str], None]) -> Callable[..., str | None]:
    """Return a callback of an option that turns the check's ValueError into a usage error."""

    def read(context: click.Context, option: click.Parameter, given: str | None) -> str | None:
        try:
            if given:
                check(given)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
        return given

    return read


def client_options(*, required: bool = True) -> Callable[[Any], Any]:
    """Return a decorator that adds `--url` and `--token` and gives the command its `client`.

    The client is None if neither is given and they are not required.
    """

    def add(command: Any) -> Any:
        def run(url: str | None, token: str | None, **given: Any) -> Any:
            if bool(url) != bool(token):
                raise click.UsageError("Give both --url and --token, or set both variables.")
            return command(client=ServiceClient(url, token) if url and token else None, **given)

        run = update_wrapper(run, command)
        address = "Address of the service. Default: WAYBILL_URL."
        secret = "Token of an app or a user. Better than here: WAYBILL_TOKEN."  # noqa: S105  # pragma: allowlist secret
        with_token = click.option(
            "--token",
            envvar="WAYBILL_TOKEN",
            required=required,
            callback=_checked(check_token),
            help=secret,
        )
        with_url = click.option(
            "--url",
            envvar="WAYBILL_URL",
            required=required,
            callback=_checked(check_address),
            help=address,
        )
        return with_url(with_token(run))

    return add


def either_option(
    name: str,
    stored: Callable[[Settings, str], Any],
    served: Callable[[ServiceClient], Any],
) -> Callable[[Any], Any]:
    """Return a decorator that gives a command `name`: over HTTPS with --url, else from the tables.

    `stored` makes it for a stack (--stack) and a shop, `served` for a client.
    """

    def add(command: Any) -> Any:
        def run(client: ServiceClient | None, stack: str | None, shop: str, **given: Any) -> None:
            # A stack in the environment is not read: that would need the rights of an AWS account.
            if client is None or _is_typed("stack"):
                if _is_typed("url"):
                    raise click.UsageError("Use --url or --stack, not both.")
                command(**{name: stored(read_settings(stack), shop)}, **given)
            else:
                if _is_typed("shop"):
                    raise click.UsageError("--shop goes with --stack: a token has a shop already.")
                command(**{name: served(client)}, **given)

        # Click keeps the options of a function beside it.
        run.__dict__["__click_params__"] = getattr(command, "__click_params__", [])
        run.__doc__ = command.__doc__
        return _stack_option("stack")(shop_option(client_options(required=False)(run)))

    return add


def _is_typed(option: str) -> bool:
    source = click.get_current_context().get_parameter_source(option)
    return source is ParameterSource.COMMANDLINE


def stack_option(command: Any) -> Any:
    """Add `--stack NAME` (or WAYBILL_STACK), which gives the command its `settings`."""
    return _stack_option("settings", callback=_read_settings)(command)


def _stack_option(name: str, **more: Any) -> Callable[[Any], Any]:
    return click.option(
        "--stack",
        name,
        metavar="NAME",
        envvar="WAYBILL_STACK",
        help="CloudFormation stack to work on. Default: WAYBILL_STACK.",
        **more,
    )


def shop_option(command: Any) -> Any:
    """Add `--shop NAME` to a command."""
    return click.option(
        "--shop",
        default="default",
        show_default=True,
        metavar="NAME",
        callback=check_shop,
        help="Shop to work on.",
    )(command)


def json_option(command: Any) -> Any:
    """Add `--json` to a command, for scripts."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")(
        command
    )
