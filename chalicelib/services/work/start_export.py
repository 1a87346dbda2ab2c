"""The first step: plan an export, then do all of it here when it is one segment, or hand its segments out."""

from __future__ import annotations

from chalicelib.domain.export_file import ExportFile, planned
from chalicelib.domain.lease import claim, handed_out
from chalicelib.domain.message import Step
from chalicelib.domain.segment import Segment
from chalicelib.services.work.fail_export import fail_when_tired, failing
from chalicelib.services.work.finish_export import finish_export
from chalicelib.services.work.plan_export import plan_export
from chalicelib.services.work.run_segment import render_segment
from chalicelib.services.work.worker import Worker, log, message_for

NO_RECORDS = Segment(0, 0, -1, 0)


def start_export(worker: Worker, job: ExportFile) -> None:
    """Plan and go on. A job that is planned already only gets its missing messages again."""
    if job.segments_total is not None and job.segments_total > 1:
        hand_out(worker, job)
        return
    if fail_when_tired(worker, job):
        return
    job = take_lease(worker, job)
    with failing(worker, job, owner=job.lease_owner):
        exporter = worker.prepare(job.request, worker.source, job.shop, job.created_at)
        if job.plan is None:
            plan = plan_export(worker.source, job.shop, exporter, worker.settings.segment_records)
            job, before = planned(job, plan), job
            worker.store.update(before, job)
            tell_start(worker, job)
        segments = job.plan.segments if job.plan else ()
        if len(segments) > 1:
            hand_out(worker, pass_on(worker, job))
        else:
            rows = render_segment(worker, job, exporter, segments[0] if segments else NO_RECORDS)
            finish_export(worker, job, exporter, rows)


def tell_start(worker: Worker, job: ExportFile) -> None:
    """Once an export: how long it waited in the queue, and how many segments it has."""
    waited = (worker.clock.now() - job.created_at).total_seconds()
    log.info("export started", extra={"queue_seconds": waited, "segments": job.segments_total})


def take_lease(worker: Worker, job: ExportFile) -> ExportFile:
    """The job, claimed by a new owner; Conflict when another one has it."""
    leased = claim(
        job, owner=worker.new_token(), now=worker.clock.now(), seconds=worker.settings.lease_seconds
    )
    worker.store.update(job, leased)
    return leased


def pass_on(worker: Worker, job: ExportFile) -> ExportFile:
    """The job without our lease: its segments are for everybody."""
    passed_on = handed_out(job, now=worker.clock.now(), seconds=worker.settings.lease_seconds)
    worker.store.update(job, passed_on)
    return passed_on


def hand_out(worker: Worker, job: ExportFile) -> None:
    """A message for each segment that is not done; or for the assembly when all are."""
    if job.all_segments_done:
        worker.send(message_for(job.shop, job.id, Step.ASSEMBLE))
        return
    missing = [
        s.number
        for s in (job.plan.segments if job.plan else ())
        if s.number not in job.segments_done
    ]
    worker.send(*(message_for(job.shop, job.id, Step.SEGMENT, number) for number in missing))
