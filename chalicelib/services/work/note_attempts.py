"""Tell people why an attempt did not succeed: an event in the history, and the cause on the job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from chalicelib.domain.causes import INTERRUPTED
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.lease import released
from chalicelib.domain.segment import SegmentClaim
from chalicelib.domain.transitions import Transition, retry
from chalicelib.errors import Unavailable, WaybillError
from chalicelib.services.work.worker import Worker


def store_claim(worker: Worker, job: ExportFile, leased: ExportFile) -> ExportFile:
    """Store a claimed job, and return it. A lease that was never released was interrupted."""
    if job.lease_owner is None:
        worker.store.update(job, leased)
        return leased
    noted = _retried(worker, job, INTERRUPTED, job.attempts)
    after = replace(leased, cause=noted.after.cause, message=noted.after.message)
    transition = replace(noted, after=after)
    worker.store.save(transition)
    return transition.after


def release(worker: Worker, job: ExportFile, error: Unavailable) -> None:
    """Give the lease back with the cause, so that the next delivery need not wait for its end."""
    with suppress(WaybillError):
        noted = _retried(worker, job, error.cause, job.attempts)
        worker.store.save(replace(noted, after=released(noted.after, now=worker.now)))


def note_interruption(worker: Worker, job: ExportFile, number: int, claim: SegmentClaim) -> None:
    """Note that the last attempt of a segment was interrupted, unless it has said why it ended."""
    if claim.attempts - 1 > claim.explained:
        _note(worker, job, number, INTERRUPTED, claim.attempts - 1)


@contextmanager
def noting_cause(
    worker: Worker, job: ExportFile, number: int, claim: SegmentClaim
) -> Iterator[None]:
    """Note why an attempt of a segment did not succeed, and raise the error again."""
    try:
        yield
    except Unavailable as error:
        _note(worker, job, number, error.cause, claim.attempts)
        raise


def _note(worker: Worker, job: ExportFile, number: int, cause: str, attempt: int) -> None:
    # Work goes on whether people hear of it or not.
    with suppress(WaybillError):
        stored = worker.store.get(job.shop, job.id)
        worker.store.save(_retried(worker, stored, cause, attempt))
        worker.store.explain_attempt(job, number)


def _retried(worker: Worker, job: ExportFile, cause: str, attempt: int) -> Transition:
    return retry(job, cause, attempt=attempt, most=worker.settings.max_attempts, now=worker.now)
