"""What the steps of an export need, and which step a message asks for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.ports import (
    CatalogSource,
    Clock,
    EventBus,
    ExportFileStore,
    FileStore,
    Mailer,
    MessageQueue,
)
from chalicelib.domain.request import ExportRequest
from chalicelib.rendering.exporter import Exporter
from chalicelib.settings import Settings

log: Final = logging.getLogger("waybill")

Prepare = Callable[[ExportRequest, CatalogSource, str, datetime], Exporter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """The parts a worker works with. `new_token` names lease owners and objects of one attempt."""

    store: ExportFileStore
    source: CatalogSource
    files: FileStore
    queue: MessageQueue
    mailer: Mailer
    bus: EventBus
    clock: Clock
    settings: Settings
    prepare: Prepare
    new_token: Callable[[], str] = field(default=lambda: uuid4().hex)

    def lease_end(self) -> datetime:
        """When the schedule looks again at a job that somebody works on now."""
        return self.clock.now() + timedelta(seconds=self.settings.lease_seconds)

    def send(self, *messages: ExportMessage) -> None:
        self.queue.send(messages)


def message_for(
    job_shop: str, job_id: str, step: Step, segment: int | None = None
) -> ExportMessage:
    return ExportMessage(shop=job_shop, export_id=job_id, step=step, segment=segment)
