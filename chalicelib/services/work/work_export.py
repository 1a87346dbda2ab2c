"""Do the step that one message of the queue asks for.

The stored job decides what is left to do, not the message: messages come twice, late and out of
order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.errors import Unavailable
from chalicelib.logs import about, about_export
from chalicelib.services.conflicts import giving_way
from chalicelib.services.work.assemble_file import assemble_file
from chalicelib.services.work.remove_objects import remove_due_objects
from chalicelib.services.work.run_segment import run_segment
from chalicelib.services.work.send_notifications import conclude
from chalicelib.services.work.start_export import start_export
from chalicelib.services.work.worker import Worker, log


def work_export(worker: Worker, message: ExportMessage) -> None:
    """Do one step. Unavailable if another delivery may succeed; other errors fail the job."""
    job = worker.store.find(message.shop, message.export_id)
    with about(
        shop=message.shop,
        export_id=message.export_id,
        step=message.step.value,
        segment=message.segment,
    ):
        # `delete-shop` removes exports whose messages may still wait.
        if job is None:
            log.warning("message for an export that does not exist")
            return
        with about_export(job), giving_way():
            _do_step(worker, job, message)


def _do_step(worker: Worker, job: ExportFile, message: ExportMessage) -> None:
    try:
        if job.status is JobStatus.PENDING:
            _STEPS[message.step](worker, job, message)
        else:
            conclude(worker, job)
            remove_due_objects(worker, job)
    except Unavailable as error:
        log.warning("step failed, the queue delivers it again", extra={"reason": str(error)})
        raise


def _start(worker: Worker, job: ExportFile, message: ExportMessage) -> None:
    start_export(worker, job)


def _segment(worker: Worker, job: ExportFile, message: ExportMessage) -> None:
    if job.plan is not None and message.segment is not None:
        run_segment(worker, job, job.plan.segments[message.segment])


def _assemble(worker: Worker, job: ExportFile, message: ExportMessage) -> None:
    if job.all_segments_done:
        assemble_file(worker, job)


def _nothing(worker: Worker, job: ExportFile, message: ExportMessage) -> None:
    """Do nothing: a pending job has no end to notify of and no objects to remove."""


_STEPS: Final[Mapping[Step, Callable[[Worker, ExportFile, ExportMessage], None]]] = {
    Step.START: _start,
    Step.SEGMENT: _segment,
    Step.ASSEMBLE: _assemble,
    Step.NOTIFY: _nothing,
    Step.REMOVE: _nothing,
}
