"""`python -m ops`: the operator's commands, and how one ends (0 done, 1 failed, 2 wrongly called)."""

from __future__ import annotations

import sys

import click
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import WaybillError
from ops.apps import create_app_command, list_apps_command, revoke_app_command
from ops.delete_shop import delete_shop_command
from ops.doctor import doctor_command
from ops.export_command import export_command
from ops.exports import exports_group, watch_command
from ops.load_catalog import load_catalog_command
from ops.maintenance import expire_command, redrive_command
from ops.show import show_command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def commands() -> None:
    """Operate a deployment of Waybill.

    A command works on the tables, the queue and the bucket that the environment names (CATALOG_TABLE,
    EXPORT_FILES_TABLE, …, as the functions have them), or on those of a CloudFormation stack (--stack NAME).
    AWS_ENDPOINT_URL, AWS_PROFILE and AWS_REGION are honoured.
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
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
