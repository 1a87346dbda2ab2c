"""The event that other systems receive when an export ends."""

from __future__ import annotations

from typing import Any, Final

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.global_id import encode_global_id
from chalicelib.errors import Unavailable
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.settings import Settings

DETAIL_TYPE: Final = "Export Completed"
NO_PUBLIC_URL: Final = (
    "PublicUrl is not set, so there is no link to the file. Deploy the stack with PublicUrl."
)


def event_detail(settings: Settings, job: ExportFile) -> dict[str, Any]:
    """Return Saleor's payload, with the shop and a delivery id beside it."""
    email = job.user.email if job.user else None
    return {
        "export": {
            "user_id": job.user.id if job.user else None,
            "user_email": email,
            "app_id": job.app.id if job.app else None,
            "id": encode_global_id("ExportFile", job.id),
            "status": job.status.value.lower(),
            "message": job.message,
            "created_at": job.created_at.isoformat(),
            "updated_at": job.updated_at.isoformat(),
        },
        "recipient_email": email,
        "data_type": EXPORT_TYPES[job.request.export_type].label,
        "link": file_link(settings, job) if job.status is JobStatus.SUCCESS else None,
        "shop": job.shop,
        "delivery_id": delivery_id(job),
    }


def delivery_id(job: ExportFile) -> str:
    """Return the id that all deliveries of a notification share.

    Receivers use it to drop copies.
    """
    return f"{job.id}-{job.status.lower()}"


def file_link(settings: Settings, job: ExportFile) -> str:
    """Return the address that checks who asks and redirects to the file.

    Unavailable as long as the deployment does not know its own address: the notification waits.
    """
    # A presigned URL would give the file to everyone who reads the mail or the event.
    if not settings.public_url:
        raise Unavailable(NO_PUBLIC_URL)
    return f"{settings.public_url.rstrip('/')}/exports/{job.id}/file"
