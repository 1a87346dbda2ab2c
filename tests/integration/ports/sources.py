"""Ports that are only read by the service, filled for a test."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any, Protocol

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog.item import make_item, make_key
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.catalog.writer import CatalogWriter
from chalicelib.adapters.shops.app_store import DynamoAppStore
from chalicelib.adapters.shops.issuer_store import DynamoIssuerStore
from chalicelib.domain.catalog_ports import CatalogSource
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.requestor import App, Requestor
from chalicelib.domain.segment import bucket_of
from ops.apps import create_app, revoke_app
from tests.fake_catalog import FakeCatalogSource
from tests.fakes import FakeAppStore, FakeIssuerStore

NORTH = Issuer(
    issuer="https://north.example",
    jwks_url="https://north.example/keys",
    audience="waybill",
    clients=("page", "script"),
    shop="north",
    claims={"permissions": "realm.roles"},
    client_id="page",
    page_token="id_token",
)
EVERY = Issuer(issuer="https://every.example", jwks_url="https://e/k", claims={"shop": "tenant"})
ROBOT = Requestor(
    shop="north",
    app=App(id="QXBwOjE=", name="Robot", identifier="robot"),
    permissions=frozenset({"MANAGE_PRODUCTS"}),
)


class Apps(Protocol):
    """An `AppStore` with ROBOT in it, which has one token that is valid and one that is not."""

    valid: str
    revoked: str

    def find_requestor(self, token: str) -> Requestor | None: ...


class FakeApps(FakeAppStore):
    def __init__(self) -> None:
        super().__init__()
        self.valid, self.revoked = "valid", "revoked"
        self.requestors["valid"] = ROBOT


class StoredApps(DynamoAppStore):
    def __init__(self) -> None:
        super().__init__("Apps")
        self.revoked = self._create("QXBwOjI=")
        revoke_app("Apps", "QXBwOjI=", shop="north")
        self.valid = self._create("QXBwOjE=")

    def _create(self, app_id: str) -> str:
        facts: dict[str, Any] = {"name": "Robot", "identifier": "robot", "app_id": app_id}
        app = create_app("Apps", permissions=["MANAGE_PRODUCTS"], shop="north", **facts)
        return app.token


def fake_issuers() -> FakeIssuerStore:
    return FakeIssuerStore(NORTH, EVERY)


def stored_issuers() -> DynamoIssuerStore:
    store = DynamoIssuerStore("Issuers")
    for issuer in (NORTH, EVERY):
        store.add(issuer)
    return store


def make_document(number: int) -> dict[str, Any]:
    facts = {"number": number, "seen": True}
    return {"name": f"Product {number}", "number": number, "facts": facts}


class Catalog(Protocol):
    """A catalogue that a test can fill and damage."""

    @property
    def source(self) -> CatalogSource: ...

    def add(self, kind: str, numbers: Iterable[int], shop: str = "default") -> None: ...

    def lose(self, kind: str, number: int) -> None: ...


class FakeCatalog:
    def __init__(self) -> None:
        self.source = FakeCatalogSource(page_size=100)

    def add(self, kind: str, numbers: Iterable[int], shop: str = "default") -> None:
        for number in numbers:
            self.source.add(kind, number, make_document(number), shop=shop)

    def lose(self, kind: str, number: int) -> None:
        self.source.lose(kind, number)


class StoredCatalog:
    def __init__(self) -> None:
        self.source = DynamoCatalogSource("Catalog")
        self._writer = CatalogWriter("Catalog")

    def add(self, kind: str, numbers: Iterable[int], shop: str = "default") -> None:
        for bucket, held in groupby(sorted(numbers), key=bucket_of):
            items = [make_item(shop, kind, number, make_document(number)) for number in held]
            self._writer.replace_bucket(shop, kind, bucket, items)

    def lose(self, kind: str, number: int) -> None:
        key = make_key("default", kind, number)
        client("dynamodb").delete_item(TableName="Catalog", Key=key)
