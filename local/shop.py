"""The shop on Saleor that a local run connects: a demo shop, or one that runs already."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from chalicelib.domain.shop import shop_name_of
from local.demo_shop.data import DemoShop
from local.demo_shop.server import ShopServer

DEMO: Final = "demo"
NONE: Final = "none"
DEFAULT_SHOP: Final = "default"
# The demo shop is one process in Python: a page of 100 products takes it half a second.
MAX_DEMO_PRODUCTS: Final = 1_000
ANSWER_SECONDS: Final = 10
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_NAME: Final = "{ shop { domain { host } } }"


@dataclass(frozen=True, slots=True)
class OwnShop:
    """A shop that runs already. `name` is what it calls itself, which is the tenant here."""

    api_url: str
    name: str


def find_own_shop(option: str) -> OwnShop | None:
    """Return the shop whose API URL the option names, None if it names none.

    ValueError unless the shop answers.
    """
    if option in (DEMO, NONE):
        return None
    try:
        host = _ask_name(option)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ValueError(f"{option} does not answer as the API of a shop: {error}") from error
    return OwnShop(option, host or shop_name_of(option))


def is_own_shop(shop: Mapping[str, Any] | None) -> bool:
    """Return whether run.json names a shop that runs already, not the demo shop."""
    return shop is not None and "url" not in shop


def _ask_name(api_url: str) -> str:
    """Return the host that the shop calls itself: its app requests carry this one."""
    body = json.dumps({"query": _NAME}).encode()
    request = urllib.request.Request(api_url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return str(found["data"]["shop"]["domain"]["host"]).lower()


def port_beside(shop: OwnShop | None, port: int) -> int:
    """Return the port of the run: the next one if the shop on this machine has it."""
    parts = urlsplit(shop.api_url if shop else "")
    return port + 1 if parts.hostname in _LOOPBACK and parts.port == port != 0 else port


class DemoRun:
    """The demo shop of a run. It installs Waybill while the run goes on starting."""

    def __init__(self, products: int, port: int) -> None:
        self.server = ShopServer(DemoShop.make(min(products, MAX_DEMO_PRODUCTS)), port=port)

    def __enter__(self) -> Self:
        try:
            self.server.start()
        except (OSError, OverflowError):
            # The port beside the service's may be taken, or too high; any other one is as good.
            self.server.port = 0
            self.server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.server.stop()

    @property
    def name(self) -> str:
        """Return the name under which the service knows the shop."""
        return shop_name_of(self.server.api_url)

    def begin_install(self, waybill_url: str) -> None:
        """Install the app as staff do, in the background. A failure is printed."""
        self.server.waybill_url = waybill_url
        threading.Thread(target=self._install, daemon=True).start()

    def _install(self) -> None:
        try:
            outcome = self.server.install(f"{self.server.waybill_url}/saleor/manifest")
        except (OSError, ValueError, LookupError) as error:
            outcome = str(error)
        if self.server.app is None:
            print(f"The demo shop could not install Waybill: {outcome}", flush=True)
