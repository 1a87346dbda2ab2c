"""Start the parts of a local run, in the order in which they need each other."""

from __future__ import annotations

import argparse
import json
import os
from contextlib import ExitStack
from typing import Any, Final

from chalicelib.settings import Settings
from deploy.package import package
from local.catalog import find_catalog, load_catalog
from local.deploy import Deployment, deploy
from local.emulator import REGION, Emulator
from local.environment import aws_environment
from local.issuer import LocalIssuer
from local.mailbox import Mailbox
from local.options import INSTALLED
from local.principals import mint_tokens, read_principals
from local.problems import Problems
from local.proxy import Proxy
from local.shop import DEFAULT_SHOP, NONE, DemoRun, OwnShop, find_own_shop, port_beside
from local.sign_in import SignIn
from local.sign_in_links import SignInLinks

SENDER: Final = "exports@example.com"
Run = dict[str, Any]  # the content of run.json


def start(stack: ExitStack, options: argparse.Namespace) -> Run:
    """Start everything and fill the catalogue. Return the facts for run.json."""
    # Mistakes in the options end the run before the slow parts.
    principals = read_principals(options.principals)
    Settings.from_environment({"EMBED_ORIGINS": options.embed_origins})
    own_shop = find_own_shop(options.saleor)
    proxy = stack.enter_context(Proxy(port_beside(own_shop, options.port)))
    issuer = LocalIssuer(proxy.url, own_shop.name if own_shop else DEFAULT_SHOP)
    # The functions fetch the issuer's keys through the proxy as soon as they are deployed.
    proxy.sites.append(SignIn(issuer, principals))
    catalog = None if own_shop else find_catalog(options.catalog, options.state, options.products)
    emulator, deployment = _deploy(stack, options, _parameters(proxy, issuer, options))
    proxy.gateway_url = deployment.gateway_url
    tokens = mint_tokens(principals, issuer, deployment.outputs["AppsTable"])
    proxy.sites += [SignInLinks(tokens, issuer.url), Mailbox(emulator.mails)]
    run = _describe(proxy.url, emulator.url, deployment, tokens)
    run["shop"] = _connect(stack, options, proxy, own_shop)
    if catalog:
        load_catalog(catalog)
    return run


def _connect(
    stack: ExitStack, options: argparse.Namespace, proxy: Proxy, own_shop: OwnShop | None
) -> Run | None:
    """Return what is known of the shop; start the demo shop, which installs the app by itself."""
    if own_shop:
        return {"name": own_shop.name, "api_url": own_shop.api_url}
    if options.saleor == NONE:
        return None
    demo = stack.enter_context(DemoRun(options.products, options.port and options.port + 1))
    demo.begin_install(proxy.url)
    return {"name": demo.name, "api_url": demo.server.api_url, "url": demo.server.url}


def _deploy(
    stack: ExitStack, options: argparse.Namespace, parameters: dict[str, str]
) -> tuple[Emulator, Deployment]:
    print("Packaging the functions …", flush=True)
    packaged = package(INSTALLED / "package")
    print("Deploying them to the local AWS emulator …", flush=True)
    emulator = stack.enter_context(Emulator(options.emulator, options.state))
    stack.enter_context(Problems(emulator.log_path))
    deployment = deploy(emulator, packaged, parameters)
    # SES refuses senders that are not verified.
    emulator.client("ses").verify_email_identity(EmailAddress=SENDER)
    os.environ |= aws_environment(emulator.url, deployment.outputs)
    return emulator, deployment


def _parameters(proxy: Proxy, issuer: LocalIssuer, options: argparse.Namespace) -> dict[str, str]:
    """Return the parameters of the template for a local run."""
    return {
        "PublicUrl": proxy.url,
        "MailSender": SENDER,
        "Issuers": json.dumps([issuer.settings()]),
        "EmbedOrigins": options.embed_origins,
        "PendingPerRequestor": "1000",
        "PendingPerShop": "5000",
        "ExportsPerRequestor": "100000",
        "ExportsPerShop": "100000",
        "SaleorDomains": "*",
        "RequireTls": "false",
        "LeaseSeconds": "45",
        "TranslationLanguages": "de",
        "SegmentRecords": os.environ.get("SEGMENT_RECORDS", "20000"),
    }


def _describe(url: str, emulator_url: str, deployment: Deployment, tokens: dict[str, str]) -> Run:
    return {
        "graphql_url": f"{url}/graphql/",
        "api_url": url,
        "aws_endpoint_url": emulator_url,
        "aws_region": REGION,
        "stack": deployment.stack,
        "outputs": dict(deployment.outputs),
        "tokens": tokens,
        "extra_input": {"formulas": "RAW"},
    }
