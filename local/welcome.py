"""The text that `make run` prints when the service is ready."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.mailbox import MAILBOX_PATH
from local.sign_in_links import SIGN_IN_PATH


def welcome(run: Mapping[str, Any], first: Mapping[str, Any], state: Path) -> str:
    """Return the facts about the first export, addresses for a browser, and commands to paste."""
    url, kind = run["api_url"], next(iter(run["tokens"]))
    ops = f"{short_path(Path(sys.executable))} -m ops"
    folder = short_path(state)
    start = (
        '{"query":"mutation{exportProducts(input:{scope:ALL,fileType:CSV,'
        'exportInfo:{fields:[NAME,VARIANT_SKU]}}){exportFile{id}}}"}'
    )
    return f"""
Waybill is running (started in {first["ready_seconds"]:.1f} s). Press Ctrl-C to stop it.

{_first_export(first)}
Open in a browser:
  {url}{SIGN_IN_PATH}    the page, signed in as {kind}
  {url}{MAILBOX_PATH}    the emails that Waybill has sent

Or use another terminal, in this directory:
  source {folder}/env

The command line exports, and shows what operators see:
  {ops} export products --out products.csv
  {ops} exports list
  {ops} doctor

The same over HTTP: start an export, see its status, and download the file when it is SUCCESS.
  ID=$(curl -s $WAYBILL_URL/graphql -H "Authorization: Bearer $WAYBILL_TOKEN" -H 'Content-Type: application/json' \\
    -d '{start}' | grep -o 'RXhwb3J0[^"]*')
  curl -s $WAYBILL_URL/exports/$ID -H "Authorization: Bearer $WAYBILL_TOKEN"
  curl -sL $WAYBILL_URL/exports/$ID/file -H "Authorization: Bearer $WAYBILL_TOKEN" -o export.csv

Problems of the functions appear below. Their whole log is {folder}/emulator.log.
"""


def _first_export(first: Mapping[str, Any]) -> str:
    lines = "".join(f"    {line.rstrip()[:90]}\n" for line in first["lines"])
    return (
        f"The first export took {first['seconds']:.1f} s. It has {first['rows']:,} rows and"
        f" {first['bytes']:,} bytes, and begins:\n{lines}    … {short_path(first['path'])}\n"
    )


def short_path(path: Path) -> str:
    """Return a path as people type it: relative if it is below the current directory."""
    absolute, here = Path.cwd() / path, Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)
