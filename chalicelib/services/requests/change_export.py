"""Change an existing export: cancel it, delete it, retry it, revoke its link.

Everybody who may read an export may change it. Its history records who did.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from chalicelib.domain.export_file import ExportFile, JobStatus, link_revoked
from chalicelib.domain.idempotency import IdempotencyKey
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.requestor import Requestor
from chalicelib.domain.transitions import CANCELED, Transition, cancel, delete
from chalicelib.errors import RequestRefused, Unavailable
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.conflicts import retry_conflicts
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.get_export import find_export
from chalicelib.services.requests.request_export import request_export
from chalicelib.words.text import say

log: Final = logging.getLogger("waybill")

Verb = Callable[[ExportFile], Transition | None]


def cancel_export(service: ApiService, requestor: Requestor, export_id: str) -> ExportFile:
    """Set a pending export to FAILED; its workers stop within a page.

    Return a canceled export unchanged. RequestRefused if there is no such export, or it has ended
    in another way.
    """

    def verb(job: ExportFile) -> Transition | None:
        # A second click, or a client's retry, gets the answer of the first.
        if job.error_type == CANCELED:
            return None
        if job.status is not JobStatus.PENDING:
            raise _refused(
                say("The export has already ended: it is {status}.", status=say(job.status))
            )
        return cancel(job, now=service.clock.now(), by=requestor)

    return _change(service, requestor, export_id, verb, Step.NOTIFY)


def delete_export(service: ApiService, requestor: Requestor, export_id: str) -> ExportFile:
    """Delete the file of an ended export and keep its record.

    Return a deleted export unchanged. RequestRefused if there is no such export, or it is pending.
    """

    def verb(job: ExportFile) -> Transition | None:
        if job.status is JobStatus.DELETED:
            return None
        if job.status is JobStatus.PENDING:
            raise _refused(say("The export is still pending. Cancel it first."))
        return delete(job, now=service.clock.now(), by=requestor)

    return _change(service, requestor, export_id, verb, Step.REMOVE)


def retry_export(
    service: ApiService, requestor: Requestor, export_id: str, key: IdempotencyKey | None = None
) -> ExportFile:
    """Start a new export of the same request; RequestRefused if the old one is pending."""
    job = _get(service, requestor, export_id)
    if job.status is JobStatus.PENDING:
        raise _refused(
            say("The export is still pending. Wait until it has ended, or cancel it first.")
        )
    return request_export(
        service, requestor, EXPORT_TYPES[job.request.export_type], job.request, key
    )


def revoke_link(service: ApiService, requestor: Requestor, export_id: str) -> ExportFile:
    """Revoke the links in mails that open the file without a session."""

    def change() -> ExportFile:
        job = _get(service, requestor, export_id)
        service.store.update(job, link_revoked(job))
        return link_revoked(job)

    changed = retry_conflicts(change)
    log.info("link revoked", extra={"export_id": changed.id, "requestor_id": requestor.id})
    return changed


def _change(
    service: ApiService, requestor: Requestor, export_id: str, verb: Verb, step: Step
) -> ExportFile:
    """Store the transition that the verb returns, and send a worker the step that follows."""

    def change() -> tuple[ExportFile, Transition | None]:
        job = _get(service, requestor, export_id)
        transition = verb(job)
        if transition is not None:
            service.store.save(transition)
        return job, transition

    job, transition = retry_conflicts(change)
    if transition is None:
        return job
    changed = transition.after
    log.info(
        "export changed",
        extra={"export_id": job.id, "status": changed.status, "requestor_id": requestor.id},
    )
    _send(service, changed, step)
    return changed


def _get(service: ApiService, requestor: Requestor, export_id: str) -> ExportFile:
    job = find_export(service, requestor, export_id)
    if job is None:
        raise RequestRefused(say("There is no such export."), field="id", code="NOT_FOUND")
    return job


def _refused(message: str) -> RequestRefused:
    return RequestRefused(message, field="id", code="INVALID")


def _send(service: ApiService, job: ExportFile, step: Step) -> None:
    try:
        service.queue.send([ExportMessage.of(job, step)])
    # The change is stored. The schedule finds the job when it is due and does what follows.
    except Unavailable as error:
        log.warning(
            "left to the schedule", extra={"export_id": job.id, "step": step, "reason": str(error)}
        )
