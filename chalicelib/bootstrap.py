"""Build adapters and services, once per container.

Only this module names adapters. It imports inside functions, so that a container loads what its
function needs: the worker never loads GraphQL, the API never loads what renders files.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.logs import set_up_logs
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from chalicelib.adapters.catalog_dynamodb import DynamoCatalogSource
    from chalicelib.adapters.export_file_store import DynamoExportFileStore
    from chalicelib.adapters.file_store import S3FileStore
    from chalicelib.adapters.queue import SqsQueue
    from chalicelib.api.http import Api
    from chalicelib.api.pages import Pages
    from chalicelib.services.work.worker import Worker


@cache
def settings() -> Settings:
    """Return the settings of this process, and set up its logs."""
    found = Settings.from_environment()
    set_up_logs(found.log_level, stage=found.stage, function=found.aws_lambda_function_name)
    return found


@cache
def api() -> Api:
    """Return the HTTP API."""
    from chalicelib.adapters.app_store import DynamoAppStore
    from chalicelib.adapters.clock import SystemClock
    from chalicelib.api.auth import Authenticator
    from chalicelib.api.http import Api
    from chalicelib.services.requests.api_service import ApiService

    return Api(
        service=ApiService(
            store=_store(),
            source=_source(),
            files=_files(),
            queue=_queue(),
            clock=SystemClock(),
            settings=settings(),
        ),
        authenticator=Authenticator(settings().issuers, DynamoAppStore(settings().apps_table)),
    )


@cache
def pages() -> Pages:
    """Return the web page and its assets."""
    from chalicelib.api.pages import Pages

    return Pages(settings())


@cache
def worker() -> Worker:
    """Return the worker with its parts."""
    from chalicelib.adapters.clock import SystemClock
    from chalicelib.adapters.event_bus import EventBridgeBus
    from chalicelib.adapters.mailer import SesMailer
    from chalicelib.rendering.exporter import prepare
    from chalicelib.services.work.worker import Worker

    return Worker(
        store=_store(),
        source=_source(),
        files=_files(),
        queue=_queue(),
        mailer=SesMailer(settings().mail_sender),
        bus=EventBridgeBus(settings().event_bus_name),
        clock=SystemClock(),
        settings=settings(),
        prepare=prepare,
    )


@cache
def _store() -> DynamoExportFileStore:
    from chalicelib.adapters.export_file_store import DynamoExportFileStore

    return DynamoExportFileStore(
        settings().export_files_table, settings().export_events_table, settings().idempotency_table
    )


@cache
def _source() -> DynamoCatalogSource:
    from chalicelib.adapters.catalog_dynamodb import DynamoCatalogSource

    return DynamoCatalogSource(settings().catalog_table)


@cache
def _files() -> S3FileStore:
    from chalicelib.adapters.file_store import S3FileStore

    return S3FileStore(settings().export_bucket)


@cache
def _queue() -> SqsQueue:
    from chalicelib.adapters.queue import SqsQueue

    return SqsQueue(settings().export_queue_url)
