"""Every implementation of a port, each of which has to behave the same.

Ports are kept by fakes in memory, and by adapters on AWS as moto and as the emulator simulate it.
"""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator

import pytest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.catalog.synced import DynamoSyncedCatalog
from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.adapters.file_store import S3FileStore
from chalicelib.adapters.shops.item import ShopItem
from chalicelib.adapters.shops.mark_store import DynamoMarkStore, MarkItem
from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.adapters.shops.token_vault import KmsTokenVault
from chalicelib.adapters.template_store import DynamoTemplateStore
from chalicelib.adapters.use_counter import DynamoUseCounter
from chalicelib.domain.ports import (
    ExportFileStore,
    FileStore,
    IssuerStore,
    TemplateStore,
    UseCounter,
)
from chalicelib.domain.shop_ports import MarkStore, ShopStore, SyncedCatalog, TokenVault
from local.emulator import ACCESS_KEY, REGION, SECRET_KEY, Emulator
from local.options import INSTALLED
from tests.fake_export_store import FakeExportFileStore
from tests.fake_template_store import FakeTemplateStore
from tests.fake_use_counter import FakeUseCounter
from tests.fakes import FakeFileStore
from tests.integration.conftest import ask_for_tables, create_tables
from tests.integration.ports.outlets import (
    Outlet,
    eventbridge_bus,
    fake_bus,
    fake_mailer,
    fake_queue,
    ses_mailer,
    sqs_queue,
)
from tests.integration.ports.sources import (
    Apps,
    Catalog,
    FakeApps,
    FakeCatalog,
    StoredApps,
    StoredCatalog,
    fake_issuers,
    stored_issuers,
)
from tests.places import go_to
from tests.sync_fakes import FakeMarkStore, FakeShopStore, FakeSyncedCatalog, FakeTokenVault


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    state = tmp_path_factory.mktemp("emulator")
    with Emulator(INSTALLED / "emulator" / "bin" / "ministack", state) as running:
        yield running


@pytest.fixture
def emulated(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator with an account that has nothing in it."""
    reset = urllib.request.Request(f"{emulator.url}/_ministack/reset", method="POST")
    urllib.request.urlopen(reset, timeout=30).close()
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    go_to(emulator.url)


# One place after the other: clients are made once for all tests of a place.
@pytest.fixture(
    scope="session", params=["fake", "moto", pytest.param("emulator", marks=pytest.mark.emulator)]
)
def place(request: pytest.FixtureRequest) -> str:
    """Where a port is kept."""
    return str(request.param)


@pytest.fixture(autouse=True)
def account(place: str, request: pytest.FixtureRequest) -> None:
    """An account with nothing in it, in moto or in the emulator."""
    if place != "fake":
        request.getfixturevalue({"moto": "aws", "emulator": "emulated"}[place])


@pytest.fixture
def is_fake(place: str) -> bool:
    """Whether the port is kept by a fake; otherwise its tables are there."""
    if place != "fake":
        {"moto": create_tables, "emulator": ask_for_tables}[place]()
        for model in (ShopItem, MarkItem):
            if not model.exists():
                model.create_table(billing_mode="PAY_PER_REQUEST")
    return place == "fake"


@pytest.fixture
def store(is_fake: bool) -> ExportFileStore:
    return (
        FakeExportFileStore() if is_fake else DynamoExportFileStore("ExportFiles", "ExportEvents")
    )


@pytest.fixture
def uses(is_fake: bool) -> UseCounter:
    return FakeUseCounter() if is_fake else DynamoUseCounter("Idempotency")


@pytest.fixture
def templates(is_fake: bool) -> TemplateStore:
    return FakeTemplateStore() if is_fake else DynamoTemplateStore("Templates")


@pytest.fixture
def files(place: str) -> FileStore:
    if place == "fake":
        return FakeFileStore()
    client("s3").create_bucket(Bucket="exports")
    return S3FileStore("exports")


@pytest.fixture
def queue(place: str) -> Outlet:
    return fake_queue() if place == "fake" else sqs_queue()


@pytest.fixture
def bus(place: str) -> Outlet:
    return fake_bus() if place == "fake" else eventbridge_bus()


@pytest.fixture
def mailer(place: str, request: pytest.FixtureRequest) -> Outlet:
    if place == "fake":
        return fake_mailer()
    return ses_mailer(request.getfixturevalue("emulator") if place == "emulator" else None)


@pytest.fixture
def apps(is_fake: bool) -> Apps:
    return FakeApps() if is_fake else StoredApps()


@pytest.fixture
def issuers(is_fake: bool) -> IssuerStore:
    """NORTH, for one shop, and EVERY, for every shop."""
    return fake_issuers() if is_fake else stored_issuers()


@pytest.fixture
def catalog(is_fake: bool) -> Catalog:
    """An empty catalogue that a test can fill."""
    return FakeCatalog() if is_fake else StoredCatalog()


@pytest.fixture
def synced(is_fake: bool) -> SyncedCatalog:
    return FakeSyncedCatalog() if is_fake else DynamoSyncedCatalog("Catalog")


@pytest.fixture
def shops(is_fake: bool) -> ShopStore:
    return FakeShopStore() if is_fake else DynamoShopStore("Shops")


@pytest.fixture
def marks(is_fake: bool) -> MarkStore:
    return FakeMarkStore() if is_fake else DynamoMarkStore("Marks")


@pytest.fixture
def vault(place: str) -> TokenVault:
    if place == "fake":
        return FakeTokenVault()
    return KmsTokenVault(client("kms").create_key()["KeyMetadata"]["KeyId"])
