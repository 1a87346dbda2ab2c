"""The options of `python -m local`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from deploy.package import ROOT
from local.shop import DEMO

MAX_PORT: Final = 65_535
INSTALLED: Final = ROOT / ".local"
_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "--catalog": {
        "type": Path,
        "help": "directory of *.jsonl files; default: a demo catalogue",
    },
    "--products": {
        "type": lambda given: read_number(given, 1),
        "default": 300,
        "help": "number of products in the demo catalogue",
    },
    "--saleor": {
        "default": DEMO,
        "help": "shop on Saleor to connect: `demo` for a demo shop, `none`, or the URL of an API",
    },
    "--principals": {
        "type": Path,
        "help": "JSON file of the users and apps that get a token; default: four demo users",
    },
    "--embed-origins": {
        "default": "",
        "help": "origins that may embed the page, separated by spaces",
    },
    "--port": {
        "type": lambda given: read_number(given, 0, MAX_PORT),
        "default": 8000,
        "help": "port of the service; 0 takes a free one",
    },
    "--emulator": {
        "type": Path,
        "default": INSTALLED / "emulator" / "bin" / "ministack",
        "help": "the program that emulates AWS",
    },
    "--state": {
        "type": Path,
        "default": INSTALLED,
        "help": "directory for run.json, logs and the first export",
    },
}


def read_number(given: str, least: int, most: int | None = None) -> int:
    """Return a number within its limits; ArgumentTypeError."""
    if not given.isdecimal() or int(given) < least or (most is not None and int(given) > most):
        bounds = f"{least} or more" if most is None else f"from {least} to {most}"
        raise argparse.ArgumentTypeError(f"{given!r} is not a number {bounds}")
    return int(given)


def read_options(description: str) -> argparse.Namespace:
    """Return the options of this process."""
    parser = argparse.ArgumentParser(prog="python -m local", description=description)
    for name, given in _OPTIONS.items():
        parser.add_argument(name, **given)
    return parser.parse_args()
