"""Commands of `ops` over HTTPS."""

from __future__ import annotations

from click.testing import CliRunner, Result

from ops.cli import commands
from tests.api_client import TOKEN, ServedApi


def run(api: ServedApi, *words: str) -> Result:
    """Return what a command says to somebody with a token."""
    environment = {"WAYBILL_URL": api.url, "WAYBILL_TOKEN": TOKEN}
    return CliRunner().invoke(commands, words, env=environment)
