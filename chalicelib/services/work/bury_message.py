"""Handle a dead letter: end its export, so that none stays pending in silence."""

from __future__ import annotations

import json

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.logs import about, about_export
from chalicelib.services.conflicts import giving_way
from chalicelib.services.work.fail_export import GAVE_UP, fail_export
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
    """Fail a job whose attempts are used up. Leave every other one to the schedule.

    SQS counts each delivery, also one that started no worker because Lambda throttled it.
    """
    if message.step is Step.REMOVE:
        remove_due_objects(worker, job)
    elif job.status is not JobStatus.PENDING:
        conclude(worker, job)
    elif _is_tried_out(worker, job, message):
        fail_export(worker, job, GAVE_UP, error_type="DeadLetter")
    else:
        log.warning("dead letter left to the schedule", extra={"attempts": job.attempts})


def _is_tried_out(worker: Worker, job: ExportFile, message: ExportMessage) -> bool:
    """Return whether workers have tried the step as often as they may, and none tries it now."""
    if message.segment in job.segments_done or job.is_leased(worker.now):
        return False
    attempts = job.attempts
    if message.segment is not None:
        claim = worker.store.find_claim(job, message.segment)
        if claim is None or claim.until > worker.now:
            return False
        attempts = claim.attempts
    return attempts >= worker.settings.max_attempts
