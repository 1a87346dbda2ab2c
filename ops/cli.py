"""`python -m ops`: the commands for operators and scripts, and their exit status."""

from __future__ import annotations

import sys
from typing import Final

import click
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.errors import WaybillError
from ops.apps import create_app_command, list_apps_command, revoke_app_command
from ops.delete_shop import delete_shop_command
from ops.doctor import doctor_command
from ops.export_command import export_command
from ops.exports import exports_group, watch_command
from ops.issuers import add_issuer_command, list_issuers_command, remove_issuer_command
from ops.load_catalog import load_catalog_command
from ops.maintenance import expire_command, redrive_command, relist_exports_command
from ops.names import LIST_COMMANDS
from ops.region import use_region
from ops.shops import set_dashboard_command, shops_command, sync_command
from ops.show import show_command
from ops.template_commands import templates_group

MISSING_RESOURCE: Final = (
    "ResourceNotFoundException",
    "NoSuchBucket",
    "NonExistentQueue",
    "Invalid bucket name",
)
# The errors of pynamodb quote the text and have no class for it.
NO_REGION: Final = "You must specify a region."


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def commands() -> None:
    """Operate a deployment of Waybill.

    Name the deployment by its CloudFormation stack (--stack NAME, or WAYBILL_STACK). Without a
    stack, commands use the environment variables that the functions have (CATALOG_TABLE,
    EXPORT_FILES_TABLE, …). AWS_ENDPOINT_URL, AWS_PROFILE and AWS_REGION work as for the AWS CLI.

    Exit status: 0 success, 1 failure (one line on stderr gives the reason), 2 wrong usage.
    """


for command in (
    load_catalog_command,
    show_command,
    create_app_command,
    list_apps_command,
    revoke_app_command,
    add_issuer_command,
    list_issuers_command,
    remove_issuer_command,
    exports_group,
    watch_command,
    export_command,
    templates_group,
    redrive_command,
    expire_command,
    relist_exports_command,
    *LIST_COMMANDS,
    shops_command,
    sync_command,
    set_dashboard_command,
    doctor_command,
    delete_shop_command,
):
    commands.add_command(command)


def main() -> None:
    """Run the command line. An expected error is one line on stderr and exit status 1."""
    use_region()
    try:
        commands(prog_name="python -m ops")
    except (WaybillError, ClientError, BotoCoreError, OSError) as error:
        reason = _reason(error)
        click.echo(f"Error: {reason}{_hint(reason)}", err=True)
        sys.exit(1)


def _reason(error: Exception) -> str:
    """Return what an error says, and what AWS said if that is not in it."""
    cause = error.__cause__
    is_of_aws = isinstance(cause, ClientError | BotoCoreError | PynamoDBException)
    return f"{error} {cause}" if is_of_aws and str(cause) not in str(error) else str(error)


def _hint(error: str) -> str:
    """Return what to do if the region or a resource is missing: usually a name was left out."""
    if NO_REGION in error:
        return " Set AWS_REGION, or AWS_PROFILE to a profile with a region."
    missing = any(name in error for name in MISSING_RESOURCE)
    return "\nName the deployment by its stack: --stack waybill-dev" if missing else ""
