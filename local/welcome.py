"""The text that `make run` prints when the service is ready."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any, Final

from local.first_export import FirstExport
from local.mailbox import MAILBOX_PATH
from local.shop import is_own_shop
from local.sign_in_links import SIGN_IN_PATH

SHOWN_CHARACTERS: Final = 90
# `$$` in a template is a dollar sign for the shell.
_WELCOME: Final = Template("""
Waybill is running (started in $seconds s). Press Ctrl-C to stop it.

$first${shop}Open in a browser:
  $url$sign_in    the page, signed in as $kind
  $url$mailbox    the emails that Waybill has sent

Or use another terminal, in this directory:
  source $folder/env

The command line exports, and shows what operators see:
  $ops export products --out products.csv
  $ops exports list
  $ops doctor

The same over HTTP: start an export, see its status, and download the file when it is SUCCESS.
  ID=$$(curl -s $$WAYBILL_URL/graphql -H $auth -H 'Content-Type: application/json' \\
    -d '$start' | grep -o 'RXhwb3J0[^"]*')
  curl -s $$WAYBILL_URL/exports/$$ID -H $auth
  curl -sL $$WAYBILL_URL/exports/$$ID/file -H $auth -o export.csv

Problems of exports and syncs appear below. Their whole log is $folder/emulator.log.
""")
_DEMO_SHOP: Final = Template("""\
Try it with the demo shop, which has installed Waybill as its app:
  1. Open $url and change a price.
  2. Click "Export in Waybill" there. Start an export of products and download the file.
  3. The file has the new price: the shop has notified Waybill of the change.

""")
_OWN_SHOP: Final = Template("""\
Connect your shop: in its dashboard, install an app from a manifest, and paste this address.
  $waybill/saleor/manifest

A Saleor on this machine takes it only if it runs with HTTP_IP_FILTER_ALLOW_LOOPBACK_IPS=True.
This terminal says when $name is connected and when its products are read.

""")
_AUTH: Final = '"Authorization: Bearer $WAYBILL_TOKEN"'
_START: Final = (
    '{"query":"mutation{exportProducts(input:{scope:ALL,fileType:CSV,'
    'exportInfo:{fields:[NAME,VARIANT_SKU]}}){exportFile{id}}}"}'
)


def welcome(run: Mapping[str, Any], first: FirstExport | None, seconds: float, state: Path) -> str:
    """Return the first steps: in the shop, in a browser, and on the command line."""
    return _WELCOME.substitute(
        seconds=f"{seconds:.1f}",
        first=_describe(first) if first else "",
        shop=_first_steps(run),
        url=run["api_url"],
        kind=next(iter(run["tokens"])),
        sign_in=SIGN_IN_PATH,
        mailbox=MAILBOX_PATH,
        folder=short_path(state),
        ops=f"{short_path(Path(sys.executable))} -m ops",
        auth=_AUTH,
        start=_START,
    )


def _first_steps(run: Mapping[str, Any]) -> str:
    shop = run["shop"]
    if shop is None:
        return ""
    if is_own_shop(shop):
        return _OWN_SHOP.substitute(waybill=run["api_url"], name=shop["name"])
    return _DEMO_SHOP.substitute(url=shop["url"])


def _describe(first: FirstExport) -> str:
    lines = "".join(f"    {line.rstrip()[:SHOWN_CHARACTERS]}\n" for line in first.lines)
    return (
        f"The first export took {first.seconds:.1f} s and has {first.rows:,} rows. It begins:\n"
        f"{lines}    … {short_path(first.path)}\n\n"
    )


def short_path(path: Path) -> str:
    """Return a path as people type it: relative if it is below the current directory."""
    absolute, here = Path.cwd() / path, Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)
