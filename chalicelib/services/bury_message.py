"""The end of a message that failed for good: its export is failed, never left pending in silence."""

from __future__ import annotations

import json

from chalicelib.domain.message import ExportMessage, Step
from chalicelib.services.fail_export import GAVE_UP, fail_export
from chalicelib.services.notify import conclude
from chalicelib.services.remove_objects import clear
from chalicelib.services.worker import Worker, log


def bury_message(worker: Worker, body: str) -> None:
    """Fail the export of a dead message; a body that is no message of ours is only logged."""
    try:
        message = ExportMessage.from_json(json.loads(body))
    except (ValueError, KeyError, TypeError):
        log.error("a dead letter is no message of ours")
        return
    job = worker.store.find(message.shop, message.export_id)
    log.error("dead letter", extra={"export_id": message.export_id, "step": message.step.value})
    if job is None:
        return
    if message.step is Step.NOTIFY:
        conclude(worker, job)
    elif message.step is Step.CLEAR:
        clear(worker, job)
    else:
        fail_export(worker, job, GAVE_UP, error_type="DeadLetter")
