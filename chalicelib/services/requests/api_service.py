"""The ports and settings of the services that answer people."""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.domain.catalog_ports import CatalogSource
from chalicelib.domain.ports import (
    Clock,
    ExportFileStore,
    FileStore,
    MessageQueue,
    TemplateStore,
    UseCounter,
)
from chalicelib.domain.shop_ports import CodeFinder, Installations
from chalicelib.services.requests.kept_links import KeptLinks
from chalicelib.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiService:
    """The ports and settings that the API works with."""

    store: ExportFileStore
    source: CatalogSource
    codes: CodeFinder
    files: FileStore
    queue: MessageQueue
    uses: UseCounter
    shops: Installations
    templates: TemplateStore
    clock: Clock
    settings: Settings
    kept_links: KeptLinks = field(default_factory=KeptLinks)
