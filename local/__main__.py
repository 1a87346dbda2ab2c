"""`python -m local`: run the whole service on this machine, with a first export, until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.errors import WaybillError
from deploy.package import PackagingFailed
from local.deploy import DeploymentFailed
from local.emulator import EmulatorFailed
from local.environment import write_environment
from local.first_export import ExportRefused, FirstExport, export_once
from local.only_run import AlreadyRunning, only_run
from local.options import read_options
from local.proxy import PortInUse
from local.shop import is_own_shop
from local.start import Run, start
from local.watch_shop import watch_shop
from local.welcome import welcome

EXPECTED_ERRORS: Final = (
    AlreadyRunning,
    EmulatorFailed,
    PackagingFailed,
    DeploymentFailed,
    ExportRefused,
    PortInUse,
    WaybillError,
    ValueError,
    BotoCoreError,
    ClientError,
    OSError,
)


class Stopped(Exception):
    """Raised on Ctrl-C or SIGTERM."""


def _stop(number: int, frame: object) -> None:
    """Stop everything that was started. Ignore a second signal, which would interrupt this."""
    for again in (signal.SIGINT, signal.SIGTERM):
        signal.signal(again, signal.SIG_IGN)
    raise Stopped


def main() -> int:
    """Run until a signal. Return 0 after it, or 1 after an error, which is one line on stderr."""
    options = read_options(__doc__ or "")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    options.state.mkdir(parents=True, exist_ok=True)
    try:
        with ExitStack() as stack:
            _run(stack, options)
    except Stopped:
        print("\nStopped.", flush=True)
    except EXPECTED_ERRORS as error:
        print(f"waybill: {error}", file=sys.stderr)
        return 1
    return 0


def _run(stack: ExitStack, options: argparse.Namespace) -> None:
    began = time.monotonic()
    note_address = stack.enter_context(only_run(options.state))
    run = start(stack, options)
    note_address(run["api_url"])
    first = None if is_own_shop(run["shop"]) else _export(run, options.state)
    run_file, environment_file = options.state / "run.json", options.state / "env"
    for file in (run_file, environment_file):
        stack.callback(file.unlink, missing_ok=True)
    write_environment(environment_file, run)
    print(welcome(run, first, time.monotonic() - began, options.state), flush=True)
    # Programs wait for this file, so it comes last.
    run_file.write_text(json.dumps(run, indent=1))
    if is_own_shop(run["shop"]):
        watch_shop(DynamoShopStore(run["outputs"]["ShopsTable"]), run["shop"]["name"])
    signal.pause()


def _export(run: Run, state: Path) -> FirstExport:
    token = next(iter(run["tokens"].values()))
    return export_once(run["api_url"], token, state / "first-export.csv")


if __name__ == "__main__":
    sys.exit(main())
