"""Tell who asked, and other systems, how an export ended. It never changes how it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.domain.download_token import sign_download_token
from chalicelib.domain.export_file import ExportFile, JobStatus, Told, notified
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.lease import claim_notification
from chalicelib.errors import Conflict, MailRefused, WaybillError
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.work.mail_texts import Mail, failure_mail, success_mail
from chalicelib.services.work.remove_objects import remove_leftovers
from chalicelib.services.work.worker import Worker, log

DETAIL_TYPE = "Export Completed"


def notify(worker: Worker, job: ExportFile) -> None:
    """Publish the event, send the mail, record that it is done; nothing when it was done before.

    Neither waits for the other, nor is it repeated because the other failed: what worked is noted. Sent at least once:
    a crash before the record repeats it, under the same delivery id.
    """
    if job.notified_at is not None or job.status not in (JobStatus.SUCCESS, JobStatus.FAILED):
        return
    job = take_notification(worker, job)
    told, refused = job.told, None
    for tell in (_tell_bus, _tell_person):
        try:
            told |= tell(worker, job)
        except WaybillError as error:
            refused = error
    if refused is not None:
        worker.store.update(job, replace(job, told=told))
        raise refused
    sent = Told.MAIL in told
    worker.store.save(
        notified(job, sent=sent, now=worker.clock.now(), seconds=worker.settings.lease_seconds)
    )
    log.info("others told", extra={"status": job.status.value, "mail": sent})


def _tell_bus(worker: Worker, job: ExportFile) -> frozenset[Told]:
    if Told.BUS not in job.told:
        worker.bus.publish(DETAIL_TYPE, payload(job, link(worker, job)))
    return frozenset({Told.BUS})


def _tell_person(worker: Worker, job: ExportFile) -> frozenset[Told]:
    if job.told.isdisjoint({Told.MAIL, Told.NO_MAIL}):
        return frozenset({Told.MAIL if _send_mail(worker, job) else Told.NO_MAIL})
    return frozenset()


def take_notification(worker: Worker, job: ExportFile) -> ExportFile:
    """The job, to be told of by this worker alone: Conflict when another one does it, so that nobody gets two mails."""
    claimed = claim_notification(
        job, owner=worker.new_token(), now=worker.clock.now(), seconds=worker.settings.lease_seconds
    )
    worker.store.update(job, claimed)
    return claimed


def conclude(worker: Worker, job: ExportFile) -> None:
    """What is left to do after the end of an export whose worker did not do it: no leftovers, and `notify`."""
    if job.notified_at is None:
        remove_leftovers(worker, job)
        notify(worker, job)


def try_to_notify(worker: Worker, job: ExportFile) -> None:
    """`notify`; what cannot be told now is told by the schedule."""
    try:
        notify(worker, job)
    except Conflict:
        log.info("told already")
    except WaybillError as error:
        log.warning("not told yet", extra={"reason": str(error)})


def payload(job: ExportFile, link_: str) -> dict[str, Any]:
    """What other systems learn: Saleor's payload."""
    return {
        "export": {
            "user_id": job.user.id if job.user else None,
            "user_email": job.user.email if job.user else None,
            "app_id": job.app.id if job.app else None,
            "id": global_id(job),
            "status": job.status.value.lower(),
            "message": job.message,
            "created_at": job.created_at.isoformat(),
            "updated_at": job.updated_at.isoformat(),
        },
        "recipient_email": job.user.email if job.user else None,
        "data_type": EXPORT_TYPES[job.request.export_type].label,
        "link": link_ if job.status is JobStatus.SUCCESS else None,
        "shop": job.shop,
        "delivery_id": delivery_id(job),
    }


def delivery_id(job: ExportFile) -> str:
    """The same for every delivery of the same news."""
    return f"{job.id}-{job.status.lower()}"


def global_id(job: ExportFile) -> str:
    return encode_global_id("ExportFile", job.id)


def link(worker: Worker, job: ExportFile) -> str:
    """Where the file is fetched by whoever may: never a presigned URL, which would be the right itself."""
    return f"{worker.settings.public_url.rstrip('/')}/exports/{job.id}/file"


def mail_link(worker: Worker, job: ExportFile) -> str:
    """`link`, with a token where the deployment lets people fetch files without a session."""
    if not job.link_key:
        return link(worker, job)
    until = worker.clock.now() + timedelta(seconds=worker.settings.download_token_seconds)
    return f"{link(worker, job)}?token={sign_download_token(job, min(until, job.expires_at))}"


def _send_mail(worker: Worker, job: ExportFile) -> bool:
    """Whether a mail was sent. Apps have no address; a refused mail is refused for good."""
    if job.user is None or not job.user.email:
        return False
    mail = _mail(worker, job)
    try:
        worker.mailer.send(
            to=job.user.email,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            delivery_id=delivery_id(job),
        )
    except MailRefused as error:
        log.error("mail refused", extra={"reason": str(error)})
        return False
    return True


def _mail(worker: Worker, job: ExportFile) -> Mail:
    label = EXPORT_TYPES[job.request.export_type].label
    if job.status is JobStatus.SUCCESS:
        return success_mail(label, job, mail_link(worker, job), signed_in=not job.link_key)
    return failure_mail(label, job)
