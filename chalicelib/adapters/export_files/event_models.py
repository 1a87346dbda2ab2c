"""The items of the ExportEvents table: the history of an export, and links to its file."""

from __future__ import annotations

from typing import Any, Final

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.adapters.aws.item_attributes import (
    Owned,
    present,
    read_app,
    read_text,
    read_time,
    read_time_or_none,
    read_user,
    write_epoch,
    write_others,
    write_requestor,
    write_time,
    write_time_or_none,
)
from chalicelib.adapters.aws.pynamo import StoredModel
from chalicelib.adapters.export_files.table import (
    downloads_key,
    events_key,
    happened_key,
    links_key,
)
from chalicelib.domain.export_event import Download, EventType, ExportEvent
from chalicelib.domain.export_file import ExportFile

DOWNLOADED: Final = "EXPORT_DOWNLOADED"
LINKED: Final = "EXPORT_LINKED"


class ExportEventItem(Owned, StoredModel):
    """One event, one download, or a requestor's latest link, of a job."""

    class Meta:
        table_name = "ExportEvents"

    export_key = UnicodeAttribute(hash_key=True)
    date_id = UnicodeAttribute(range_key=True)
    id = UnicodeAttribute()
    date = UnicodeAttribute()
    until = UnicodeAttribute(null=True)
    type = UnicodeAttribute()
    message = UnicodeAttribute(null=True)
    message_others = UnicodeAttribute(null=True)
    error_type = UnicodeAttribute(null=True)
    forget_at_epoch = NumberAttribute(null=True)


def event_item(job: ExportFile, event: ExportEvent) -> ExportEventItem:
    """Return the item of an event."""
    attributes = {
        "id": event.id,
        "date": write_time(event.date),
        "type": event.type.value,
        "message": event.message,
        "message_others": write_others(event.message),
        "error_type": event.error_type,
    }
    return _item(job, events_key(job.shop, job.id), event, attributes)


def read_event(item: ExportEventItem) -> ExportEvent:
    """Return the event in an item."""
    return ExportEvent(
        type=EventType(item.type),
        date=read_time(item.date),
        id=item.id,
        message=read_text(item.message, item.message_others),
        error_type=item.error_type or "",
        user=read_user(item),
        app=read_app(item),
    )


def download_item(job: ExportFile, download: Download) -> ExportEventItem:
    """Return the item of a download."""
    attributes = {
        "id": download.id,
        "date": write_time(download.date),
        "until": write_time_or_none(download.until),
        "type": DOWNLOADED,
    }
    return _item(job, downloads_key(job.shop, job.id), download, attributes)


def read_download(item: ExportEventItem) -> Download:
    """Return the download in an item."""
    return Download(
        date=read_time(item.date),
        until=read_time_or_none(item.until),
        id=item.id,
        user=read_user(item),
        app=read_app(item),
    )


def link_item(job: ExportFile, link: Download, requestor_id: str) -> ExportEventItem:
    """Return the item of a requestor's latest link, which replaces the one before."""
    attributes = {
        "id": link.id,
        "date": write_time(link.date),
        "until": write_time_or_none(link.until),
        "type": LINKED,
        "forget_at_epoch": write_epoch(link.until) if link.until else None,
    }
    return ExportEventItem(links_key(job.shop, job.id), requestor_id, **present(attributes))


def _item(
    job: ExportFile, key: str, happened: ExportEvent | Download, attributes: dict[str, Any]
) -> ExportEventItem:
    forget_at_epoch = write_epoch(job.forget_at) if job.forget_at else None
    return ExportEventItem(
        key,
        happened_key(attributes["date"], happened.id),
        **present(
            {
                **attributes,
                **write_requestor(happened.user, happened.app),
                "forget_at_epoch": forget_at_epoch,
            }
        ),
    )
