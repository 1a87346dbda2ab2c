"""The parts that every step of an export works with."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from chalicelib.domain.catalog_ports import CatalogSource
from chalicelib.domain.currency import CatalogCurrency, LiveFacts, LoadedCatalog
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.message import ExportMessage
from chalicelib.domain.ports import (
    Clock,
    EventBus,
    ExportFileStore,
    FileStore,
    Mailer,
    MessageQueue,
)
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.shop_ports import Installations
from chalicelib.domain.slots import MAX_SLOTS_PER_HOLDER
from chalicelib.rendering.exporter import Exporter
from chalicelib.settings import Settings

log: Final = logging.getLogger("waybill")
# An idle shop answers within 15 seconds. A worker has 300, for a shop that is busy.
MAX_LIVE_RECORDS_PER_SEGMENT: Final = 5_000

Prepare = Callable[[ExportRequest, CatalogSource, str, datetime, str], Exporter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """The ports and settings of a worker. `new_token` names lease owners and objects."""

    store: ExportFileStore
    source: CatalogSource
    files: FileStore
    queue: MessageQueue
    mailer: Mailer
    bus: EventBus
    shops: Installations
    clock: Clock
    settings: Settings
    prepare: Prepare
    facts: LiveFacts
    currency: CatalogCurrency = field(default_factory=LoadedCatalog)
    new_token: Callable[[], str] = field(default=lambda: uuid4().hex)

    @property
    def now(self) -> datetime:
        """Return the present moment."""
        return self.clock.now()

    @property
    def lease_seconds(self) -> int:
        """Return how long a lease lasts."""
        return self.settings.lease_seconds

    def lease_end(self) -> datetime:
        """Return when a lease that begins now ends."""
        return self.now + timedelta(seconds=self.lease_seconds)

    def exporter_of(self, job: ExportFile) -> Exporter:
        """Return what renders this export, with the columns that the catalogue gives it now."""
        return self.prepare(job.request, self.source, job.shop, job.created_at, job.language)

    def records_per_segment(self, job: ExportFile) -> int:
        """Return how many records a segment of an export has at most."""
        most = self.settings.segment_records
        return min(most, MAX_LIVE_RECORDS_PER_SEGMENT) if job.request.is_live else most

    def segments_in_flight(self, job: ExportFile) -> int:
        """Return how many segments of an export may be written at once."""
        most = self.settings.segments_in_flight
        return min(most, MAX_SLOTS_PER_HOLDER) if job.asks_shop else most

    def send(self, *messages: ExportMessage) -> None:
        """Send messages to the workers."""
        self.queue.send(messages)
