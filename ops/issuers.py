"""`add-issuer`, `list-issuers` and `remove-issuer`: the identity providers of a deployment."""

from __future__ import annotations

import http.client
import json
import urllib.parse
import urllib.request
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import click
from click.core import ParameterSource

from chalicelib.adapters.shops.issuer_store import DynamoIssuerStore
from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.api.key_set import check_key_url
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.requestor import is_shop_name
from chalicelib.domain.shop import shop_name_of
from chalicelib.errors import NotFound, RequestRefused
from chalicelib.settings import Settings
from ops.options import json_option, shop_option, stack_option
from ops.service_client import check_address
from ops.tables import make_table

ANSWER_SECONDS: Final = 10
IN_PARAMETER: Final = "is in the parameter Issuers, which counts. Deploy the stack without it."
DISCOVERY: Final = "/.well-known/openid-configuration"


def open_issuers(settings: Settings) -> DynamoIssuerStore:
    """Return the issuers of a deployment."""
    return DynamoIssuerStore(settings.issuers_table)


def discover_keys(issuer: str) -> str:
    """Return the address of an issuer's keys, as its discovery document names it."""
    url = f"{issuer.rstrip('/')}{DISCOVERY}"
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as answer:
            found: str = json.load(answer)["jwks_uri"]
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException) as error:
        raise RequestRefused(
            f"{url} does not name the issuer's keys ({error}). Give their address with --jwks-url."
        ) from error
    return found


def read_issuers(path: Path) -> list[Issuer]:
    """Return the issuers of a JSON list, as in the parameter `Issuers`."""
    try:
        return [Issuer.from_json(entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (TypeError, ValueError) as error:
        raise click.BadParameter(f"{path} is not a JSON list of issuers: {error}") from error


def _read_claims(
    context: click.Context, option: click.Parameter, given: tuple[str, ...]
) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in given]
    if any(not (name and claim) for name, _, claim in pairs):
        raise click.BadParameter("write NAME=CLAIM, for example shop=tenant")
    return {name: claim for name, _, claim in pairs}


@click.command("add-issuer", short_help="Accept the tokens of an identity provider.")
@click.argument("issuer", required=False)
@click.option("--jwks-url", metavar="URL", help="Address of its keys. Default: by discovery.")
@click.option("--audience", help="Accept only tokens for this audience.")
@click.option(
    "--client",
    "clients",
    multiple=True,
    help="Accept only tokens issued to this client. Repeat it.",
)
@shop_option
@click.option("--claim", "claims", multiple=True, metavar="NAME=CLAIM", callback=_read_claims,
              help="Claim for a fact: user_id, email, permissions, shop, … Repeat it.")  # fmt: skip
@click.option("--name", help="Name on the sign-in button.")
@click.option("--client-id", help="Public client (code and PKCE) with which people sign in.")
@click.option("--scope", help="Scopes of the sign-in. Default: openid profile email.")
@click.option("--authorization-endpoint", metavar="URL", help="Default: by discovery.")
@click.option("--token-endpoint", metavar="URL", help="Default: by discovery.")
@click.option("--page-token", type=click.Choice(["access_token", "id_token"]),
              help="Token that carries the claims. Default: access_token.")  # fmt: skip
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Add the issuers of a JSON list, as in the parameter Issuers.")  # fmt: skip
@stack_option
def add_issuer_command(
    issuer: str | None, path: Path | None, settings: Settings, **given: Any
) -> None:
    """Accept the tokens of ISSUER, exactly as they name it in their claim iss.

    An issuer that was added before under the same name is replaced. Its users belong to --shop,
    unless --claim shop=… names the claim that holds their shop. The change applies within a minute.

    \b
    python -m ops add-issuer https://login.your.shop --client-id waybill --audience waybill
    python -m ops add-issuer --file issuers.json
    """
    if bool(issuer) == bool(path):
        raise click.UsageError("Name one ISSUER, or a --file with issuers.")
    if path:
        _check_alone(given)
    added = read_issuers(path) if path else [make_issuer(str(issuer), given)]
    check_keys(added)
    check_no_shop(added, settings)
    for one in added:
        open_issuers(settings).add(one)
        click.echo(f"Added {one.issuer} for {_reach(one)}.")
        if _is_parameter(one.issuer, settings):
            click.echo(f"{one.issuer} {IN_PARAMETER}", err=True)


def _check_alone(names: Iterable[str]) -> None:
    """Raise UsageError for an option beside --file, whose entries have all facts."""
    context = click.get_current_context()
    for name in names:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--file has the {name.replace('_', ' ')} in its entries.")


def check_keys(issuers: Iterable[Issuer]) -> None:
    """Raise UsageError for an issuer whose keys have no address that the API reads."""
    for one in issuers:
        try:
            check_address(one.jwks_url)
            check_key_url(one.jwks_url)
        except ValueError as error:
            raise click.UsageError(
                f"{one.jwks_url} is not an address of the keys of {one.issuer}: {error}."
            ) from error


def check_no_shop(issuers: Sequence[Issuer], settings: Settings) -> None:
    """Raise RequestRefused if an issuer is a connected shop: its staff are known already.

    The shop's tokens for other apps, which name no audience of ours, would be accepted too.
    """
    shops = DynamoShopStore(settings.shops_table)
    for name in (one.issuer for one in issuers):
        shop = shops.find(shop_name_of(name)) if is_shop_name(shop_name_of(name)) else None
        if shop and shop.is_connected and shop.api_url.rstrip("/") == name.rstrip("/"):
            raise RequestRefused(
                f"{name} is a connected shop, and its staff are known already. Nothing was added."
            )


def make_issuer(name: str, given: dict[str, Any]) -> Issuer:
    """Return the issuer that the options describe; discover its keys unless they are given."""
    chosen = {option: value for option, value in given.items() if value}
    issuer = Issuer(issuer=name, **{"jwks_url": ""} | chosen)
    return (
        issuer if issuer.jwks_url else Issuer(issuer=name, **chosen, jwks_url=discover_keys(name))
    )


@click.command("list-issuers")
@json_option
@stack_option
def list_issuers_command(as_json: bool, settings: Settings) -> None:
    """List the issuers of the deployment: those of the table and of the parameter Issuers."""
    stored = open_issuers(settings).list()
    if as_json:
        described = [issuer.to_json() for issuer in (*settings.issuers, *stored)]
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
        return
    rows = [_row(issuer, "parameter") for issuer in settings.issuers]
    rows += [_row(issuer, "table") for issuer in stored]
    click.echo(make_table([("issuer", "shop", "audience", "client", "from"), *rows]))


@click.command("remove-issuer")
@click.argument("issuer")
@stack_option
def remove_issuer_command(issuer: str, settings: Settings) -> None:
    """Refuse the tokens of ISSUER from now on. The change applies within a minute."""
    is_removed = bool(issuer) and open_issuers(settings).remove(issuer)
    if _is_parameter(issuer, settings):
        raise NotFound(f"{issuer} {IN_PARAMETER}")
    if not is_removed:
        raise NotFound(f"There is no issuer {issuer}. See: python -m ops list-issuers")
    click.echo(f"Removed {issuer}.")


def _is_parameter(issuer: str, settings: Settings) -> bool:
    return any(issuer == configured.issuer for configured in settings.issuers)


def _reach(issuer: Issuer) -> str:
    if "shop" in issuer.claims:
        return f"the shops in its claim {issuer.claims['shop']}"
    return f"the shop {issuer.shop}"


def _row(issuer: Issuer, origin: str) -> tuple[str, ...]:
    return (issuer.issuer, issuer.reach, issuer.audience or "", issuer.client_id, origin)
