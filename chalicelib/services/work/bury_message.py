"""The end of a message that failed for good: its export is failed, never left pending in silence."""

from __future__ import annotations

import json

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.errors import Conflict
from chalicelib.logs import about, about_export
from chalicelib.services.work.fail_export import GAVE_UP, fail_export
from chalicelib.services.work.notify import conclude
from chalicelib.services.work.remove_objects import clear
from chalicelib.services.work.worker import Worker, log


def bury_message(worker: Worker, body: str) -> None:
    """Fail the export of a dead message; a body that is no message of ours is only logged."""
    try:
        message = ExportMessage.from_json(json.loads(body))
    except (ValueError, KeyError, TypeError):
        log.error("a dead letter is no message of ours")
        return
    job = worker.store.find(message.shop, message.export_id)
    with about(shop=message.shop, export_id=message.export_id, step=message.step.value):
        log.error("dead letter")
        if job is not None:
            with about_export(job):
                _bury(worker, job, message)


def _bury(worker: Worker, job: ExportFile, message: ExportMessage) -> None:
    try:
        _end(worker, job, message)
    except Conflict:
        log.info("another worker was faster")


def _end(worker: Worker, job: ExportFile, message: ExportMessage) -> None:
    if message.step is Step.CLEAR:
        clear(worker, job)
    elif job.status is not JobStatus.PENDING:
        conclude(worker, job)
    elif not _superseded(worker, job, message):
        fail_export(worker, job, GAVE_UP, error_type="DeadLetter")


def _superseded(worker: Worker, job: ExportFile, message: ExportMessage) -> bool:
    """Whether another delivery has done what this message asked for, or is about to."""
    return message.segment in job.segments_done or job.is_leased(worker.clock.now())
