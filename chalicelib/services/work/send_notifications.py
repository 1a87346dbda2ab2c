"""Notify the requestor and the event bus of an export's end. The export stays as it ended."""

from __future__ import annotations

from dataclasses import asdict

from chalicelib.domain.export_file import ExportFile, Notification, partly_notified
from chalicelib.domain.lease import claimed_to_notify
from chalicelib.domain.transitions import notify
from chalicelib.errors import MailRefused, WaybillError
from chalicelib.services.conflicts import giving_way
from chalicelib.services.work.bus_event import DETAIL_TYPE, delivery_id, event_detail
from chalicelib.services.work.mail_texts import mail_about
from chalicelib.services.work.remove_objects import try_to_remove_objects
from chalicelib.services.work.worker import Worker, log


def send_notifications(worker: Worker, job: ExportFile) -> None:
    """Publish the event, send the mail and record both; do nothing if they are recorded already.

    Bus and mail do not wait for each other, and a retry repeats only what failed. A crash before
    the record repeats both, under the same delivery id.
    """
    if job.awaits_notification:
        _send_claimed(worker, _claim_notifications(worker, job))


def _send_claimed(worker: Worker, job: ExportFile) -> None:
    sent, failure = _send(worker, job)
    if failure is not None:
        # The claim stays until its end: it keeps the schedule from trying again at once.
        worker.store.update(job, partly_notified(job, sent))
        raise failure
    _record(worker, job, mail_sent=Notification.MAIL in sent)


def _claim_notifications(worker: Worker, job: ExportFile) -> ExportFile:
    """Return the job, claimed. Conflict if another worker notifies: no mail goes out twice."""
    claimed = claimed_by(worker, job)
    worker.store.update(job, claimed)
    return claimed


def claimed_by(worker: Worker, job: ExportFile) -> ExportFile:
    """Return an ended job with a lease of this worker, who notifies. It is not stored yet.

    LeaseLost if another worker notifies.
    """
    owner = worker.new_token()
    return claimed_to_notify(job, owner=owner, now=worker.now, seconds=worker.lease_seconds)


def conclude(worker: Worker, job: ExportFile) -> None:
    """Do what the worker of an ended export has left undone: remove leftovers, and notify."""
    if job.notified_at is None:
        try_to_remove_objects(worker, job)
        try_to_notify(worker, job)


def try_to_notify(worker: Worker, job: ExportFile, *, is_claimed: bool = False) -> None:
    """Notify; after a failure of any kind the schedule does it.

    `is_claimed` says that the job's lease is one of this worker, to notify.
    """
    send = _send_claimed if is_claimed else send_notifications
    try:
        with giving_way():
            send(worker, job)
    except WaybillError as error:
        log.warning("notification failed", extra={"reason": str(error)})
    except Exception as error:  # noqa: BLE001 - the export has ended well or badly, and that stands
        # The type alone: texts of errors about mails name addresses.
        log.error("notification failed", extra={"reason": type(error).__name__})


def _record(worker: Worker, job: ExportFile, *, mail_sent: bool) -> None:
    seconds = worker.lease_seconds
    worker.store.save(notify(job, mail_sent=mail_sent, now=worker.now, seconds=seconds))
    log.info("requestor notified", extra={"status": job.status.value, "mail": mail_sent})


def _send(worker: Worker, job: ExportFile) -> tuple[frozenset[Notification], Exception | None]:
    """Return the notifications that need no repetition, and the last error.

    Every error counts, not only those raised on purpose: an odd address in the mail must not
    repeat the bus event every few minutes.
    """
    sent, failure = job.notifications, None
    for send in (_publish, _mail):
        try:
            sent |= send(worker, job)
        except Exception as error:  # noqa: BLE001 - raised again as soon as the others are recorded
            failure = error
    return sent, failure


def _publish(worker: Worker, job: ExportFile) -> frozenset[Notification]:
    if Notification.BUS not in job.notifications:
        worker.bus.publish(DETAIL_TYPE, event_detail(worker.settings, job))
    return frozenset({Notification.BUS})


def _mail(worker: Worker, job: ExportFile) -> frozenset[Notification]:
    if job.notifications.isdisjoint({Notification.MAIL, Notification.NO_MAIL}):
        return frozenset({_send_mail(worker, job)})
    return frozenset()


def _send_mail(worker: Worker, job: ExportFile) -> Notification:
    """Send the mail. NO_MAIL for apps, which have no address, and for a mail refused for good."""
    if job.user is None or not job.user.email:
        return Notification.NO_MAIL
    mail = mail_about(worker.settings, job, worker.now, worker.shops.find(job.shop))
    try:
        worker.mailer.send(to=job.user.email, delivery_id=delivery_id(job), **asdict(mail))
    except MailRefused as error:
        log.error("mail refused", extra={"reason": str(error)})
        return Notification.NO_MAIL
    return Notification.MAIL
