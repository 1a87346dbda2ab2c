"""Events, downloads and links of exports, in the table ExportEvents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from chalicelib.adapters.aws.item_attributes import read_time
from chalicelib.adapters.export_files.event_models import (
    ExportEventItem,
    download_item,
    link_item,
    read_download,
    read_event,
)
from chalicelib.adapters.export_files.store_errors import retry_busy, translated_errors
from chalicelib.adapters.export_files.table import downloads_key, events_key, links_key
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

    def record_links(self, links: Sequence[tuple[ExportFile, Download]], requestor_id: str) -> None:
        """Store links as downloads, then as the latest ones of this requestor."""
        downloads = [download_item(job, link) for job, link in links]
        latest = [link_item(job, link, requestor_id) for job, link in links]
        # In this order: a link without a record would be handed out again unrecorded.
        with translated_errors(), ExportEventItem.batch_write() as batch:
            for item in (*downloads, *latest):
                batch.save(item)

    def find_links(self, jobs: Sequence[ExportFile], requestor_id: str) -> Mapping[str, datetime]:
        """Return the ends of this requestor's latest links, by the ids of the jobs."""
        ids = {links_key(job.shop, job.id): job.id for job in jobs}
        with translated_errors():
            found = ExportEventItem.batch_get(
                [(key, requestor_id) for key in ids], consistent_read=True
            )
            return {ids[item.export_key]: read_time(item.until) for item in found}

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
