"""Build adapters and services, once per container and only those that a function needs.

This is the only module that names adapters. Its imports stand inside functions, so that the worker
never loads GraphQL and the API never loads the renderers before a request needs them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from chalicelib.logs import set_up_logs
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.api.auth import Authenticator
    from chalicelib.api.http import Api
    from chalicelib.api.issuers import Issuers
    from chalicelib.api.pages import Pages
    from chalicelib.api.saleor_site import SaleorSite
    from chalicelib.api.shop_keys import ShopKeys
    from chalicelib.domain.catalog_ports import CatalogSource
    from chalicelib.domain.ports import ExportFileStore, FileStore
    from chalicelib.domain.shop_api import LiveRecords
    from chalicelib.services.sync.sync_service import SyncService
    from chalicelib.services.work.worker import Worker


# The gateway ends a request after 29 seconds, and a request may ask a shop up to three times.
SHOP_SECONDS_PER_REQUEST: Final = 8


@cache
def settings() -> Settings:
    """Return the settings of this process."""
    found = Settings.from_environment()
    set_up_logs(found.log_level, stage=found.stage, function=found.aws_lambda_function_name)
    return found


@cache
def api() -> Api:
    """Return the HTTP API of this process."""
    from chalicelib.adapters.clock import SystemClock
    from chalicelib.adapters.live.codes import ShopCodes
    from chalicelib.adapters.queue import SqsQueue
    from chalicelib.adapters.template_store import DynamoTemplateStore
    from chalicelib.adapters.use_counter import DynamoUseCounter
    from chalicelib.api.http import Api
    from chalicelib.services.requests.api_service import ApiService

    records = _make_live_records(settings(), seconds=SHOP_SECONDS_PER_REQUEST)
    return Api(
        service=ApiService(
            store=make_store(settings()),
            source=_make_source(settings(), sync(), records),
            codes=ShopCodes(records, sync().connect_by_name),
            files=_make_files(settings()),
            queue=SqsQueue(settings().export_queue_url),
            uses=DynamoUseCounter(settings().idempotency_table),
            shops=sync().shops,
            templates=DynamoTemplateStore(settings().templates_table),
            clock=SystemClock(),
            settings=settings(),
        ),
        authenticator=_make_authenticator(),
    )


def _make_authenticator() -> Authenticator:
    from chalicelib.adapters.shops.app_store import DynamoAppStore
    from chalicelib.api.apps_of_shops import AppsOfShops
    from chalicelib.api.auth import Authenticator
    from chalicelib.api.shop_tokens import ShopStaff

    return Authenticator(
        _issuers(),
        DynamoAppStore(settings().apps_table),
        ShopStaff(sync().shops, _shop_keys()),
        AppsOfShops(sync().shops, sync().api),
    )


@cache
def pages() -> Pages:
    """Return the page and its assets."""
    from chalicelib.api.pages import Pages

    return Pages(settings(), _issuers())


@cache
def _issuers() -> Issuers:
    from chalicelib.adapters.shops.issuer_store import DynamoIssuerStore
    from chalicelib.api.issuers import Issuers

    return Issuers(settings().issuers, DynamoIssuerStore(settings().issuers_table))


@cache
def saleor() -> SaleorSite:
    """Return the routes that shops on Saleor call."""
    from chalicelib import VERSION
    from chalicelib.api.framed_pages import FramedPages
    from chalicelib.api.saleor_routes import SaleorRoutes
    from chalicelib.api.saleor_site import SaleorSite

    routes = SaleorRoutes(sync=sync(), version=VERSION, keys=_shop_keys())
    return SaleorSite(routes, settings().public_url, FramedPages(pages(), settings()))


@cache
def _shop_keys() -> ShopKeys:
    from chalicelib.api.shop_keys import ShopKeys

    return ShopKeys(sync().api.read_keys)


@cache
def sync() -> SyncService:
    """Return the sync of this process."""
    return make_sync(settings())


def make_sync(settings: Settings) -> SyncService:
    """Return the sync of a deployment."""
    from chalicelib.adapters.catalog.synced import DynamoSyncedCatalog
    from chalicelib.adapters.clock import SystemClock
    from chalicelib.adapters.outside_http import OutsideHttp
    from chalicelib.adapters.queue import SqsQueue
    from chalicelib.adapters.saleor.client import SaleorApi
    from chalicelib.adapters.saleor.shop import SaleorShop
    from chalicelib.adapters.shops.mark_store import DynamoMarkStore
    from chalicelib.adapters.shops.store import DynamoShopStore
    from chalicelib.adapters.shops.token_vault import KmsTokenVault
    from chalicelib.services.sync.sync_service import SyncService

    return SyncService(
        shops=DynamoShopStore(settings.shops_table),
        marks=DynamoMarkStore(settings.marks_table),
        catalog=DynamoSyncedCatalog(settings.catalog_table),
        vault=KmsTokenVault(settings.shop_key_id),
        api=SaleorShop(
            SaleorApi(OutsideHttp(allow_loopback=settings.loopback_shops)),
            settings.translation_languages,
        ),
        queue=SqsQueue(settings.sync_queue_url),
        clock=SystemClock(),
        settings=settings,
    )


@cache
def worker() -> Worker:
    """Return the worker of this process."""
    return make_worker(settings())


def make_worker(settings: Settings) -> Worker:
    """Return a worker for a deployment. Operators' commands name another one than their own."""
    from chalicelib.adapters.clock import SystemClock
    from chalicelib.adapters.event_bus import EventBridgeBus
    from chalicelib.adapters.live.facts import ShopFacts
    from chalicelib.adapters.mailer import SesMailer
    from chalicelib.adapters.queue import SqsQueue
    from chalicelib.rendering.exporter import prepare
    from chalicelib.services.sync.ensure_current import SyncCurrency
    from chalicelib.services.work.worker import Worker

    sync, records = make_sync(settings), _make_live_records(settings)
    return Worker(
        store=make_store(settings),
        source=_make_source(settings, sync, records),
        files=_make_files(settings),
        queue=SqsQueue(settings.export_queue_url),
        mailer=SesMailer(settings.mail_sender),
        bus=EventBridgeBus(settings.event_bus_name),
        shops=sync.shops,
        clock=SystemClock(),
        settings=settings,
        prepare=prepare,
        currency=SyncCurrency(sync),
        facts=ShopFacts(records, sync.connect_by_name),
    )


def make_store(settings: Settings) -> ExportFileStore:
    """Return the store of a deployment's jobs and events."""
    from chalicelib.adapters.export_files.store import DynamoExportFileStore

    return DynamoExportFileStore(
        settings.export_files_table,
        settings.export_events_table,
        settings.idempotency_table,
        settings.export_lists_table,
    )


def _make_source(settings: Settings, sync: SyncService, records: LiveRecords) -> CatalogSource:
    from chalicelib.adapters.catalog.by_shop import CatalogByShop
    from chalicelib.adapters.catalog.joined_kinds import JoinedKinds
    from chalicelib.adapters.catalog.source import DynamoCatalogSource
    from chalicelib.adapters.live.catalog import LiveCatalog
    from chalicelib.exports.registry import LIVE_KINDS

    by_shop = CatalogByShop(
        stored=DynamoCatalogSource(settings.catalog_table),
        live=LiveCatalog(records, sync.connect_by_name),
        live_kinds=LIVE_KINDS,
        # A shop that removed the app is not read from the table either: it would seem empty.
        is_connected=lambda shop: sync.shops.find(shop) is not None,
    )
    return JoinedKinds(by_shop)


def _make_live_records(settings: Settings, *, seconds: float | None = None) -> LiveRecords:
    from chalicelib.adapters.outside_http import OutsideHttp
    from chalicelib.adapters.saleor.client import ASK_SECONDS, SaleorApi
    from chalicelib.adapters.saleor.live import SaleorLive

    http = OutsideHttp(allow_loopback=settings.loopback_shops)
    return SaleorLive(SaleorApi(http, seconds or ASK_SECONDS))


def _make_files(settings: Settings) -> FileStore:
    from chalicelib.adapters.file_store import S3FileStore

    return S3FileStore(settings.export_bucket)
