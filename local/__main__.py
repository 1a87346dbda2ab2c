"""`python -m local`: run the whole service on this machine, with a first export, until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.settings import Settings
from deploy.package import ROOT, PackagingFailed, package
from local.client import Client, ExportRefused
from local.deploy import DeploymentFailed, deploy
from local.emulator import REGION, Emulator, EmulatorFailed
from local.environment import aws_environment, write_environment
from local.issuer import LocalIssuer
from local.mailbox import Mailbox
from local.principals import mint_tokens, read_principals
from local.problems import Problems
from local.proxy import PortInUse, Proxy
from local.sign_in import SignIn
from local.sign_in_links import SignInLinks
from local.welcome import welcome

INSTALLED: Final = ROOT / ".local"
EMULATOR: Final = INSTALLED / "emulator" / "bin" / "ministack"
EXPECTED_ERRORS: Final = (
    EmulatorFailed,
    PackagingFailed,
    DeploymentFailed,
    ExportRefused,
    PortInUse,
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
    options = _options()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    run_file = options.state / "run.json"
    environment_file = options.state / "env"
    options.state.mkdir(parents=True, exist_ok=True)
    try:
        with ExitStack() as stack:
            run, first = start(stack, options)
            for file in (run_file, environment_file):
                stack.callback(file.unlink, missing_ok=True)
            write_environment(environment_file, run)
            print(welcome(run, first, options.state), flush=True)
            run_file.write_text(json.dumps(run, indent=1))
            signal.pause()
    except Stopped:
        print("\nStopped.", flush=True)
    except EXPECTED_ERRORS as error:
        print(f"waybill: {error}", file=sys.stderr)
        return 1
    return 0


def start(stack: ExitStack, options: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any]]:
    """Start everything. Return the content of run.json and the facts about the first export."""
    began = time.monotonic()
    principals = read_principals(options.principals)
    Settings.from_environment({"EMBED_ORIGINS": options.embed_origins})
    proxy = stack.enter_context(Proxy(options.port))
    catalog = find_catalog(options)
    issuer = LocalIssuer(proxy.url)
    proxy.sites.append(SignIn(issuer, principals))
    print("Packaging the functions …", flush=True)
    packaged = package(INSTALLED / "package")
    print("Deploying them to the local AWS emulator …", flush=True)
    emulator = stack.enter_context(Emulator(options.emulator, options.state))
    stack.enter_context(Problems(emulator.log_path))
    deployment = deploy(emulator, packaged, _parameters(proxy, issuer, options.embed_origins))
    proxy.gateway_url = deployment.gateway_url
    emulator.client("ses").verify_email_identity(EmailAddress="exports@example.com")
    os.environ |= aws_environment(emulator.url, deployment.outputs)
    tokens = mint_tokens(principals, issuer, deployment.outputs["AppsTable"])
    proxy.sites += [SignInLinks(tokens), Mailbox(emulator.mails)]
    load_catalog(catalog)
    first = first_export(proxy.url, next(iter(tokens.values())), options.state / "first-export.csv")
    first["ready_seconds"] = time.monotonic() - began
    return {
        "graphql_url": f"{proxy.url}/graphql/",
        "api_url": proxy.url,
        "aws_endpoint_url": emulator.url,
        "aws_region": REGION,
        "stack": deployment.stack,
        "outputs": dict(deployment.outputs),
        "tokens": tokens,
        "extra_input": {"formulas": "RAW"},
    }, first


def find_catalog(options: argparse.Namespace) -> Path:
    """Return the directory of the given catalogue, or of a demo catalogue made for this run."""
    if options.catalog:
        if not (options.catalog / "products.jsonl").is_file():
            raise ValueError(f"{options.catalog} is not a catalogue: products.jsonl is missing.")
        found: Path = options.catalog
        return found
    from local.demo_catalog import write_catalog

    made: Path = options.state / f"demo-catalog-{options.products}"
    if not (made / "complete").exists():
        print(f"Making a demo catalogue of {options.products:,} products …", flush=True)
        write_catalog(made, products=options.products)
        (made / "complete").touch()
    return made


def load_catalog(directory: Path) -> None:
    """Load a catalogue with the operators' command `ops load-catalog`."""
    from ops.cli import commands as operate

    # A run with fewer products than the one before deletes many.
    words = ["load-catalog", str(directory), "--shop", "default", "--yes"]
    operate(words, standalone_mode=False)


def first_export(url: str, token: str, target: Path) -> dict[str, Any]:
    """Export all products, download the file, and return the facts about it."""
    began = time.monotonic()
    export = Client(url, token).export_products()
    with urllib.request.urlopen(export["url"], timeout=60) as answer, target.open("wb") as file:
        while chunk := answer.read(1 << 20):
            file.write(chunk)
    with target.open(encoding="utf-8", newline="") as file:
        lines = [line for _, line in zip(range(4), file, strict=False)]
    seconds = time.monotonic() - began
    return {
        "rows": export["rowCount"],
        "path": target,
        "seconds": seconds,
        "bytes": target.stat().st_size,
        "lines": lines,
    }


def _parameters(proxy: Proxy, issuer: LocalIssuer, embed_origins: str) -> dict[str, str]:
    """Return the parameters of the template for a local run."""
    return {
        "PublicUrl": proxy.url,
        "MailSender": "exports@example.com",
        "Issuers": json.dumps([issuer.settings()]),
        "EmbedOrigins": embed_origins,
        "PendingPerRequestor": "1000",
        "PendingPerShop": "5000",
        "RequireTls": "false",
        "LeaseSeconds": "45",
        "SegmentRecords": os.environ.get("SEGMENT_RECORDS", "20000"),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument(
        "--catalog", type=Path, help="directory of *.jsonl files; default: a demo catalogue"
    )
    parser.add_argument(
        "--products", type=int, default=300, help="number of products in the demo catalogue"
    )
    parser.add_argument(
        "--principals",
        type=Path,
        help="JSON file of the users and apps that get a token; default: four demo users",
    )
    parser.add_argument(
        "--embed-origins", default="", help="origins that may embed the page, separated by spaces"
    )
    parser.add_argument(
        "--port", type=int, default=8000, help="port of the service; 0 takes a free one"
    )
    parser.add_argument(
        "--emulator", type=Path, default=EMULATOR, help="the program that emulates AWS"
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=INSTALLED,
        help="directory for run.json, logs and the first export",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
