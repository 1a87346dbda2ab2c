"""`python -m ops`: the operator's commands, and how one ends (0 done, 1 failed, 2 wrongly called)."""

from __future__ import annotations

import sys
from typing import Final

import click
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import WaybillError
from ops.apps import create_app_command, list_apps_command, revoke_app_command
from ops.delete_shop import delete_shop_command
from ops.doctor import doctor_command
from ops.export_command import export_command
from ops.export_history import exports_group, watch_command
from ops.load_catalog import load_catalog_command
from ops.maintenance import expire_command, redrive_command
from ops.show import show_command

NOTHING_THERE: Final = (
    "ResourceNotFoundException",
    "NoSuchBucket",
    "NonExistentQueue",
    "Invalid bucket name",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def commands() -> None:
    """Operate a deployment of Waybill.

    A command works on the tables, the queue and the bucket of a CloudFormation stack (--stack NAME, or
    WAYBILL_STACK), or on those that the environment names (CATALOG_TABLE, EXPORT_FILES_TABLE, …, as the
    functions have them). AWS_ENDPOINT_URL, AWS_PROFILE and AWS_REGION are honoured.

    Exit status: 0 done, 1 it did not work (one line on stderr says why), 2 wrongly called.
    """


for command in (
    load_catalog_command,
    show_command,
    create_app_command,
    list_apps_command,
    revoke_app_command,
    exports_group,
    watch_command,
    export_command,
    redrive_command,
    expire_command,
    doctor_command,
    delete_shop_command,
):
    commands.add_command(command)


def main() -> None:
    """Run the command line; what goes wrong on purpose is one line on stderr."""
    try:
        commands(prog_name="python -m ops")
    except (WaybillError, ClientError, BotoCoreError, OSError) as error:
        click.echo(f"Error: {error}{_hint(str(error))}", err=True)
        sys.exit(1)


def _hint(error: str) -> str:
    """What to do when there is nothing of the names that the environment gives, or that are the defaults."""
    missing = any(name in error for name in NOTHING_THERE)
    return "\nWhich deployment? Name its stack: --stack waybill-dev" if missing else ""
