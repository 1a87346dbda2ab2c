"""A demo shop that runs: the app in it, its deliveries, and who asks its API."""

from __future__ import annotations

import json
import secrets
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Final

from local.demo_shop.api import answer, make_schema
from local.demo_shop.caller import Caller, InstalledApp
from local.demo_shop.data import DemoShop, Event
from local.demo_shop.faults import Faults
from local.demo_shop.staff import staff_claims
from local.demo_shop.webhooks import Deliveries
from local.issuer import LocalIssuer

API_PATH: Final = "/graphql/"
INSTALL_SECONDS: Final = 18


@dataclass(slots=True)
class ServedShop:
    """A demo shop that is open. `requests` counts what it was asked, for tests and for the page.

    `waybill_url` is where the page sends people to export. `other_apps` can ask the API too.
    """

    shop: DemoShop
    port: int = 0
    faults: Faults = field(default_factory=Faults)
    app: InstalledApp | None = None
    other_apps: list[InstalledApp] = field(default_factory=list)
    waybill_url: str = ""
    notice: str = ""
    requests: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _schema: Any = field(default_factory=make_schema)
    _issuer: LocalIssuer | None = None
    deliveries: Deliveries | None = None

    def open_at(self, port: int) -> None:
        """Sign tokens and deliver events as the shop at this port of loopback."""
        self.port = port
        self._issuer = LocalIssuer(self.api_url)
        self.shop.now = self.faults.now
        self.deliveries = Deliveries(
            self.api_url, self._issuer, lambda: self.app, now=self.faults.now
        )
        self.shop.publish = self.deliveries.publish

    @property
    def url(self) -> str:
        """Return the address of the shop's page."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        """Return the address of the shop's API."""
        return f"{self.url}{API_PATH}"

    @property
    def issuer(self) -> LocalIssuer:
        """Return the issuer of the shop's own tokens."""
        assert self._issuer is not None
        return self._issuer

    @property
    def sent(self) -> Deliveries:
        """Return the deliveries of webhooks."""
        assert self.deliveries is not None
        return self.deliveries

    def sign_staff(self, **claims: Any) -> str:
        """Return a token of an administrator for the installed app."""
        assert self.app is not None
        return self.issuer.sign(staff_claims(self.app, **claims))

    def describe(self) -> dict[str, Any]:
        """Return what tests in other processes want to know."""
        app = self.app
        return {
            "requests": self.requests,
            "most_in_flight": self.most_in_flight,
            "products": [one["id"] for one in self.shop.all("products")],
            "app": None if app is None else {"id": app.id, "webhooks": len(app.webhooks)},
            "problems": [] if app is None else app.problems,
            "deliveries": [list(one) for one in self.sent.latest],
        }

    def install(self, manifest_url: str, permissions: tuple[str, ...] | None = None) -> str:
        """Install the app of a manifest, as staff do with its URL; return what staff see.

        The permissions granted are those that staff accept, by default all that the manifest asks.
        """
        manifest = _get_json(manifest_url)
        granted = tuple(manifest["permissions"]) if permissions is None else permissions
        before = self.app
        self.app = InstalledApp(
            id="QXBwOjE=" if before is None else f"QXBwOj{secrets.token_hex(4)}",
            identifier=manifest["id"],
            token=secrets.token_urlsafe(22)[:30],
            permissions=granted,
            webhooks=_manifest_webhooks(manifest),
            extensions=tuple(manifest["extensions"]),
            app_url=manifest["appUrl"],
        )
        status, message = self._register(manifest["tokenTargetUrl"])
        if status != 200:
            self.app = before
        return message

    def _register(self, url: str) -> tuple[int, str]:
        assert self.app is not None
        headers = {
            "Content-Type": "application/json",
            "Saleor-Domain": self.api_url.split("/")[2],
            "Saleor-Api-Url": self.api_url,
            "Saleor-Schema-Version": "3.23",
        }
        body = json.dumps({"auth_token": self.app.token}).encode()
        request = urllib.request.Request(url, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=INSTALL_SECONDS) as answered:
                return answered.status, "installed"
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read())["error"]["message"]

    def switch(self, *, on: bool) -> None:
        """Activate or deactivate the app."""
        assert self.app is not None
        # The event is delivered to the app itself in both cases.
        self.app.is_active = True
        self.sent.publish(Event("AppStatusChanged", "app", {"id": self.app.id, "isActive": on}))
        self.app.is_active = on

    def remove_app(self) -> None:
        """Delete the app: its token is dead at once."""
        assert self.app is not None
        self.sent.publish(Event("AppDeleted", "app", {"id": self.app.id, "isActive": False}))
        self.app = None

    def ask(self, body: bytes, token: str) -> tuple[int, bytes]:
        """Return status and body of the answer to one GraphQL request."""
        with self._lock:
            self.requests += 1
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            status = self.faults.answers.pop(0) if self.faults.answers else 200
        try:
            time.sleep(self.faults.seconds_per_request)
            if status != 200:
                return status, b""
            given = json.loads(body)
            caller = self._caller(token)
            found = answer(self._schema, caller, given["query"], given.get("variables"))
            return 400 if "errors" in found else 200, json.dumps(found).encode()
        finally:
            with self._lock:
                self.in_flight -= 1

    def _caller(self, token: str) -> Caller:
        """Return who has a token. Any unknown token makes an anonymous shopper of the caller."""
        known = [one for one in (self.app, *self.other_apps) if one is not None]
        if self.faults.is_anonymous:
            known = []
        found = next((one for one in known if secrets.compare_digest(token, one.token)), None)
        if found is not None and not found.is_active:
            return Caller(None, self.shop, is_off=True)
        return Caller(found, self.shop)


def _manifest_webhooks(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"V2ViaG9vazptYW5pZmVzd{place}": {
            "id": f"V2ViaG9vazptYW5pZmVzd{place}",
            "name": one["name"],
            "targetUrl": one["targetUrl"],
            "isActive": one.get("isActive", True),
            "subscriptionQuery": one["query"],
            "asyncEvents": [{"name": name, "eventType": name} for name in one["asyncEvents"]],
            "deliveries": [],
        }
        for place, one in enumerate(manifest.get("webhooks", ()))
    }


def _get_json(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=INSTALL_SECONDS) as answered:
        found: dict[str, Any] = json.loads(answered.read())
    return found
