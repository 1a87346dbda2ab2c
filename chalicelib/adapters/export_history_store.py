"""Events and downloads of exports, in the table ExportEvents."""

from __future__ import annotations

from chalicelib.adapters.export_event_models import (
    ExportEventItem,
    download_item,
    read_download,
    read_event,
)
from chalicelib.adapters.export_store_errors import retry_busy, translated_errors
from chalicelib.adapters.export_table import downloads_key, events_key
from chalicelib.domain.export_event import Download, ExportEvent
from chalicelib.domain.export_file import ExportFile


class ExportHistoryStore:
    """The part of the `ExportFileStore` that reads events, and records downloads."""

    def find_events(self, shop: str, export_id: str) -> tuple[ExportEvent, ...]:
        """Return the events of an export, the oldest first."""
        with translated_errors():
            found = ExportEventItem.query(events_key(shop, export_id), consistent_read=True)
            return tuple(map(read_event, found))

    def record_download(self, job: ExportFile, download: Download) -> None:
        """Store a download."""
        retry_busy(download_item(job, download).save)

    def find_downloads(self, shop: str, export_id: str, limit: int) -> tuple[Download, ...]:
        """Return the latest downloads of an export, the newest first."""
        with translated_errors():
            found = ExportEventItem.query(
                downloads_key(shop, export_id),
                scan_index_forward=False,
                limit=limit,
                consistent_read=True,
            )
            return tuple(map(read_download, found))
