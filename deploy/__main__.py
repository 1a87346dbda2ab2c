"""The commands behind `make deploy` and `make destroy`."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Any, Final

import click
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws.clients import client
from deploy import emulator as fitted
from deploy import remains
from deploy.package import PackagingFailed, package
from deploy.parameters import PARAMETERS
from deploy.stack import DeploymentFailed, Stack
from deploy.template import NEEDED
from ops.region import use_region

BUILD: Final = Path("build")
EXPECTED_ERRORS: Final = (
    DeploymentFailed,
    PackagingFailed,
    BotoCoreError,
    ClientError,
    OSError,
    ValueError,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Deploy Waybill to AWS, or to an emulator at AWS_ENDPOINT_URL.

    AWS_PROFILE, AWS_REGION and AWS_ENDPOINT_URL work as for the AWS CLI.
    """


def _read_settings(
    context: click.Context, option: click.Parameter, given: str | tuple[str, ...]
) -> dict[str, str]:
    """Read NAME=VALUE pairs from a list, or from one text with shell quotes (JSON holds blanks)."""
    settings = {}
    for pair in shlex.split(given) if isinstance(given, str) else given:
        name, equals, value = pair.partition("=")
        if not equals or name not in PARAMETERS:
            raise click.BadParameter(
                f"{pair!r} is not NAME=VALUE. The names are {', '.join(sorted(PARAMETERS))}."
            )
        settings[name] = value
    return settings


def stage_option(command: Any) -> Any:
    """Add the option `--stage` to a command."""
    return click.option(
        "--stage", type=click.Choice(["dev", "prod"]), default="dev", show_default=True
    )(command)


@commands.command("up")
@stage_option
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_read_settings,
    help="Set a parameter. Repeat it for more.",
)
@click.option(
    "--settings",
    "more",
    default="",
    metavar="TEXT",
    callback=_read_settings,
    help="Set several parameters in one text, with shell quotes.",
)
def up(stage: str, settings: dict[str, str], more: dict[str, str]) -> None:
    """Package the app, create or update the stack, and print its addresses."""
    stack, settings = Stack(client, stage), more | settings
    emulator = os.environ.get("AWS_ENDPOINT_URL")
    click.echo(f"Packaging {stage} …", err=True)
    packaged = package(BUILD / f"package-{stage}", stage)
    click.echo(f"Deploying {stack.name} …", err=True)
    outputs = (
        stack.deploy(packaged, fitted.PARAMETERS | settings, fitted.fit)
        if emulator
        else stack.deploy(packaged, settings)
    )
    url = api_url(outputs, emulator)
    click.echo(next_steps(stack.name, url, outputs))


def api_url(outputs: dict[str, str], emulator: str | None) -> str:
    """Return the address of the API, without a slash at the end."""
    if emulator:
        return f"{emulator.rstrip('/')}/restapis/{outputs['RestAPIId']}/api/_user_request_"
    return outputs["EndpointURL"].rstrip("/")


def next_steps(stack: str, url: str, outputs: dict[str, str]) -> str:
    """Return the addresses of a deployment and the next commands."""
    missing = [name for name in NEEDED if f"Missing{name}" in outputs]
    warning = (
        f"\nNot set: {', '.join(missing)}. Mails wait until this is done.\n" if missing else ""
    )
    return f"""{warning}
API        {url}/graphql
Page       {url}/
Dashboard  {outputs["DashboardURL"]}

Next:
  make deploy STAGE=… SET="PublicUrl={url} MailSender=exports@your.shop AlarmEmail=you@your.shop"
  python -m ops load-catalog DIRECTORY --stack {stack}
  python -m ops create-app "My script" --permission MANAGE_PRODUCTS --stack {stack}
  python -m ops doctor --stack {stack}"""


@commands.command("down")
@stage_option
@click.option(
    "--with-data",
    is_flag=True,
    help="Also delete the tables, the bucket and the key with all data.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def down(stage: str, with_data: bool, yes: bool) -> None:
    """Delete the stack. Tables, bucket and key stay, unless --with-data is given.

    AWS protects the tables of prod: switch off their deletion protection first.
    """
    stack = Stack(client, stage)
    # A stack whose first deployment failed has no outputs.
    if stack.find() is None:
        click.echo(f"The stack {stack.name} does not exist.")
        return
    outputs = stack.outputs()
    what = "with all its data" if with_data else "and keep its data"
    if not yes:
        click.confirm(f"Delete the stack {stack.name} {what}?", abort=True)
    if with_data:
        # Print the names first: only the stack knows them, and it may be deleted before the tables.
        click.echo(f"Deleting for good: {' '.join(remains.names_of(outputs))}", err=True)
    stack.destroy()
    if with_data:
        remains.remove(client, outputs)
        click.echo(f"Deleted {stack.name}.")
    else:
        stay = " ".join(remains.names_of(outputs))
        click.echo(f"Deleted {stack.name}." + (f" These stay: {stay}" if stay else ""))


def main() -> None:
    """Run the command line. An expected error is one line on stderr and exit status 1."""
    use_region()
    try:
        commands(prog_name="python -m deploy")
    except EXPECTED_ERRORS as error:
        raise SystemExit(f"Error: {error}") from error


if __name__ == "__main__":
    main()
