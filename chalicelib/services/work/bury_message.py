"""Handle a dead letter: end its export, so that none stays pending in silence."""

from __future__ import annotations

import json

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.lease import brought_forward
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.segment import SegmentClaim
from chalicelib.logs import about, about_export
from chalicelib.services.conflicts import giving_way
from chalicelib.services.work.fail_export import fail_export, gave_up
from chalicelib.services.work.remove_objects import remove_due_objects
from chalicelib.services.work.send_notifications import conclude
from chalicelib.services.work.worker import Worker, log


def bury_message(worker: Worker, body: str) -> None:
    """Fail the export of a dead message. A body that is not an ExportMessage is only logged."""
    try:
        message = ExportMessage.from_json(json.loads(body))
    except (ValueError, KeyError, TypeError):
        log.error("dead letter is not a message of this service")
        return
    job = worker.store.find(message.shop, message.export_id)
    with about(shop=message.shop, export_id=message.export_id, step=message.step.value):
        log.error("dead letter")
        if job is not None:
            with about_export(job), giving_way():
                _bury(worker, job, message)


def _bury(worker: Worker, job: ExportFile, message: ExportMessage) -> None:
    if message.step is Step.REMOVE:
        remove_due_objects(worker, job)
    elif job.status is not JobStatus.PENDING:
        conclude(worker, job)
    elif not _is_superseded(worker, job, message):
        _fail_or_resend(worker, job, message)


def _is_superseded(worker: Worker, job: ExportFile, message: ExportMessage) -> bool:
    """Return whether another delivery has done this step or is doing it now."""
    if message.segment is None:
        return job.is_leased(worker.now)
    claim = _find_claim(worker, job, message)
    is_claimed = claim is not None and claim.until > worker.now
    return message.segment in job.segments_done or is_claimed


def _fail_or_resend(worker: Worker, job: ExportFile, message: ExportMessage) -> None:
    """Fail a job whose attempts are used up; let the schedule send the message of others again."""
    # SQS counts each delivery, also one that started no worker because Lambda throttled it. Jobs
    # and claims count how often workers have really tried the step.
    claim = _find_claim(worker, job, message)
    attempts = job.attempts
    if message.segment is not None:
        attempts = claim.attempts if claim else 0
    if attempts >= worker.settings.max_attempts:
        fail_export(worker, job, gave_up(job, claim), error_type="DeadLetter")
    else:
        log.warning("dead letter sent again by the schedule", extra={"attempts": attempts})
        worker.store.update(job, brought_forward(job, now=worker.now))


def _find_claim(worker: Worker, job: ExportFile, message: ExportMessage) -> SegmentClaim | None:
    return None if message.segment is None else worker.store.find_claim(job, message.segment)
