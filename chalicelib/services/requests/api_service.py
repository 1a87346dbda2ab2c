"""What the services that answer requests work with."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.ports import CatalogSource, Clock, ExportFileStore, FileStore, MessageQueue
from chalicelib.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiService:
    """The parts behind the API."""

    store: ExportFileStore
    source: CatalogSource
    files: FileStore
    queue: MessageQueue
    clock: Clock
    settings: Settings
