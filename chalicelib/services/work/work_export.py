"""One message of the queue: the step of an export that it asks for.

Whatever the message says, the stored job decides what is left to do: a message may come twice, late, or out of order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.errors import Conflict, Unavailable
from chalicelib.logs import about, about_export
from chalicelib.services.work.assemble_file import assemble_file
from chalicelib.services.work.notify import conclude
from chalicelib.services.work.remove_objects import clear
from chalicelib.services.work.run_segment import run_segment
from chalicelib.services.work.start_export import start_export
from chalicelib.services.work.worker import Worker, log


def work_export(worker: Worker, message: ExportMessage) -> None:
    """Do one step. Raises only what another delivery can mend; all else ends in the job's status."""
    job = worker.store.find(message.shop, message.export_id)
    with about(
        shop=message.shop,
        export_id=message.export_id,
        step=message.step.value,
        segment=message.segment,
    ):
        if job is None:
            log.warning("message for an export that does not exist")
            return
        with about_export(job):
            _do_step(worker, job, message)


def _do_step(worker: Worker, job: ExportFile, message: ExportMessage) -> None:
    try:
        if job.status is JobStatus.PENDING:
            _STEPS[message.step](worker, job, message)
        else:
            conclude(worker, job)
            clear(worker, job)
    except Conflict as conflict:
        log.info("another worker was faster", extra={"reason": str(conflict)})
    except Unavailable as error:
        log.warning("step to be done again", extra={"reason": str(error)})
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
    """A pending job has nothing to tell and nothing to clear yet."""


_STEPS: Final[Mapping[Step, Callable[[Worker, ExportFile, ExportMessage], None]]] = {
    Step.START: _start,
    Step.SEGMENT: _segment,
    Step.ASSEMBLE: _assemble,
    Step.NOTIFY: _nothing,
    Step.CLEAR: _nothing,
}
