"""The first step: plan an export; then write it, or hand out its segments if it has several."""

from __future__ import annotations

from typing import Final

from chalicelib.domain.export_file import ExportFile, planned
from chalicelib.domain.lease import claimed, handed_out
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.segment import Segment, SegmentPlan
from chalicelib.errors import LeaseLost
from chalicelib.rendering.exporter import Exporter
from chalicelib.services.work.await_catalog import find_begun
from chalicelib.services.work.fail_export import fail_after_last_attempt, failing
from chalicelib.services.work.finish_export import finish_export
from chalicelib.services.work.limit_rows import check_plan
from chalicelib.services.work.note_attempts import store_claim
from chalicelib.services.work.plan_export import plan_export
from chalicelib.services.work.run_segment import render_segment
from chalicelib.services.work.take_turn import Turn, turn_of
from chalicelib.services.work.worker import Worker, log

# Stands for the plan of an empty catalogue: its file has headers only.
NO_RECORDS: Final = Segment(0, 0, -1, 0)


def start_export(worker: Worker, job: ExportFile) -> None:
    """Plan the export and continue. If it is planned already, send its missing messages again.

    LeaseLost if another worker plans or assembles it now.
    """
    if job.is_leased(worker.now):
        raise LeaseLost("Another worker has claimed this export.")
    if job.plan is not None and len(job.plan.segments) > 1:
        _hand_out(worker, job, job.plan)
    elif not fail_after_last_attempt(worker, job) and (begun := _try_to_begin(worker, job)):
        with turn_of(worker, begun, ExportMessage.of(begun, Step.START)) as turn:
            if turn is not None:
                _claim_and_write(worker, begun, turn)


def _try_to_begin(worker: Worker, job: ExportFile) -> ExportFile | None:
    """Return the job if it can begin; None if it waits for its catalogue, or was failed."""
    # An earlier attempt has made the plan when the catalogue was current.
    begun = job if job.plan is not None else None
    with failing(worker, job, owner=None):
        begun = begun or find_begun(worker, job)
    # Where `failing` has ended the job, nothing begins.
    return begun  # noqa: RET504


def _claim_and_write(worker: Worker, begun: ExportFile, turn: Turn) -> None:
    job = claim_export(worker, begun)
    with failing(worker, job, owner=job.lease_owner):
        _plan_and_write(worker, job, turn)


def claim_export(worker: Worker, job: ExportFile) -> ExportFile:
    """Return the job, claimed by a new owner; Conflict if another worker has claimed it."""
    leased = claimed(job, owner=worker.new_token(), now=worker.now, seconds=worker.lease_seconds)
    return store_claim(worker, job, leased)


def release_to_segments(worker: Worker, job: ExportFile) -> ExportFile:
    """Return the job without this worker's lease: from now on, workers share it by segments."""
    shared = handed_out(job, now=worker.now, seconds=worker.lease_seconds)
    worker.store.update(job, shared)
    return shared


def _hand_out(worker: Worker, job: ExportFile, plan: SegmentPlan) -> None:
    """Send a message for the first missing segment of each chain, or for the assembly."""
    if job.all_segments_done:
        worker.send(ExportMessage.of(job, Step.ASSEMBLE))
        return
    missing = plan.first_missing(job.segments_done, worker.segments_in_flight(job))
    worker.send(*(ExportMessage.of(job, Step.SEGMENT, number) for number in missing))


def _plan_and_write(worker: Worker, job: ExportFile, turn: Turn) -> None:
    exporter = worker.exporter_of(job)
    job, plan = _with_plan(worker, job, exporter)
    if len(plan.segments) > 1:
        # The segments need the slot.
        turn.end()
        _hand_out(worker, release_to_segments(worker, job), plan)
    else:
        segment = plan.segments[0] if plan.segments else NO_RECORDS
        finish_export(worker, job, exporter, render_segment(worker, job, exporter, segment))


def _with_plan(
    worker: Worker, job: ExportFile, exporter: Exporter
) -> tuple[ExportFile, SegmentPlan]:
    """Return the job and its plan, which is stored with the first attempt."""
    if job.plan is not None:
        return job, job.plan
    plan = plan_export(worker.source, job.shop, exporter, worker.records_per_segment(job))
    check_plan(worker, exporter, plan)
    with_plan = planned(job, plan)
    # Stored before the first row: another attempt has to find the same segments.
    worker.store.update(job, with_plan)
    _log_start(worker, with_plan)
    return with_plan, plan


def _log_start(worker: Worker, job: ExportFile) -> None:
    waited = (worker.now - job.created_at).total_seconds()
    log.info("export started", extra={"queue_seconds": waited, "segments": job.segments_total})
