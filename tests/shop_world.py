"""Connected shops as the API meets them: their keys, their staff and the apps they know."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from chalicelib.api.apps_of_shops import AppsOfShops
from chalicelib.api.auth import Authenticator
from chalicelib.api.http import Api
from chalicelib.api.http_answer import HttpAnswer, HttpRequest
from chalicelib.api.issuers import Issuers
from chalicelib.api.shop_keys import ShopKeys
from chalicelib.api.shop_tokens import ShopStaff
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.requestor import Requestor
from chalicelib.domain.shop import APP_PERMISSIONS, Shop
from chalicelib.domain.shop_api import AppFacts
from chalicelib.errors import ShopRefused, Unavailable
from local.issuer import LocalIssuer
from tests.factories import Service
from tests.fakes import FakeAppStore
from tests.sync_fakes import FakeShopStore

NORTH, SOUTH = "north.shop.example", "south.shop.example"
APP_ID = "QXBwOjE="
NOW = datetime(2026, 11, 24, tzinfo=UTC)
# Making a key takes a tenth of a second, so all tests share one for each shop.
_SIGNERS: dict[str, LocalIssuer] = {}


def make_shop(name: str, **given: Any) -> Shop:
    """Return a shop on Saleor. All shops number their apps alike, so their app ids are equal."""
    facts = {"app_id": APP_ID, "sealed_token": b"x", "permissions": frozenset(APP_PERMISSIONS)}
    times = {"installed_at": NOW, "updated_at": NOW}
    return Shop(name=name, api_url=f"https://{name}/graphql/", **{**facts, **times, **given})


def signer_of(shop: str) -> LocalIssuer:
    """Return what signs for a shop."""
    return _SIGNERS.setdefault(shop, LocalIssuer(f"https://{shop}/graphql/"))


def make_claims(**given: Any) -> dict[str, Any]:
    """Return the claims of a recorded token of Saleor 3.23, for an app without an audience."""
    recorded = {
        "owner": "saleor",
        "token": "Y40oOprae1jm",
        "email": "admin@example.com",
        "type": "thirdparty",
        "user_id": "VXNlcjoyMQ==",
        "is_staff": True,
        "app": APP_ID,
        "permissions": ["MANAGE_PRODUCTS"],
        "user_permissions": ["MANAGE_APPS", "MANAGE_PRODUCTS", "MANAGE_GIFT_CARD", "MANAGE_ORDERS"],
        "app_extension": "QXBwRXh0ZW5zaW9uOjE=",
    }
    return {"aud": None, **recorded, **given}


@dataclass
class FakeAppQuestions:
    """The apps that shops know, by API URL and token, and what was asked."""

    apps: dict[tuple[str, str], AppFacts] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    is_down: bool = False

    def describe_app(self, api_url: str, token: str) -> AppFacts:
        self.asked.append((api_url, token))
        if self.is_down:
            raise Unavailable("The shop did not answer.")
        if (api_url, token) not in self.apps:
            raise ShopRefused("The shop does not know an app with this token.")
        return self.apps[api_url, token]


@dataclass
class ShopWorld:
    """An API with connected shops, whose key sets cannot be read while `is_down`."""

    shops: FakeShopStore = field(default_factory=FakeShopStore)
    questions: FakeAppQuestions = field(default_factory=FakeAppQuestions)
    apps: FakeAppStore = field(default_factory=FakeAppStore)
    service: Service = field(init=False)
    issuers: tuple[Issuer, ...] = ()
    fetches: list[str] = field(default_factory=list)
    is_down: bool = False

    def __post_init__(self) -> None:
        self.service = Service(shops=self.shops)
        self.authenticator = Authenticator(
            Issuers(self.issuers),
            self.apps,
            ShopStaff(self.shops, ShopKeys(self._read_keys)),
            AppsOfShops(self.shops, self.questions),
        )
        self.api = Api(service=self.service.api, authenticator=self.authenticator)

    def connect(self, name: str, **given: Any) -> Shop:
        """Store a connected shop, or change the one that is stored."""
        before = self.shops.find(name)
        shop = replace(before, **given) if before else make_shop(name, **given)
        return self.shops.save(shop)

    def know_app(self, shop: str, token: str, *permissions: str, app_id: str = "QXBwOjk=") -> None:
        """Let a shop know another app."""
        facts = AppFacts(
            id=app_id,
            identifier="erp",
            permissions=frozenset(permissions),
            saleor_version="3.23",
            name="ERP",
        )
        self.questions.apps[f"https://{shop}/graphql/", token] = facts

    def identify(self, token: str, address: str = "") -> Requestor:
        return self.authenticator.identify({"authorization": f"Bearer {token}"}, address)

    def staff_token(self, shop: str, **claims: Any) -> str:
        return signer_of(shop).sign(make_claims(**claims))

    def ask(self, token: str, query: str, address: str = "", **variables: Any) -> Any:
        """Return the JSON answer to a query."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        return json.loads(self.api.graphql(_request(token, body, address)).body)

    def ask_rest(self, token: str, export_id: str, address: str = "") -> list[HttpAnswer]:
        """Return the answers about the status and the file of an export."""
        request = _request(token, address=address)
        return [self.api.status(request, export_id), self.api.file(request, export_id)]

    def _read_keys(self, url: str) -> bytes:
        self.fetches.append(url)
        if self.is_down:
            raise Unavailable("The shop did not answer.")
        return signer_of(url.split("/")[2]).key_set()


def _request(token: str, body: bytes = b"", address: str = "") -> HttpRequest:
    return HttpRequest(headers={"authorization": f"Bearer {token}"}, body=body, shop=address)


def make_two_shops() -> ShopWorld:
    """Return an API with two connected shops."""
    world = ShopWorld()
    world.connect(NORTH)
    world.connect(SOUTH)
    return world
