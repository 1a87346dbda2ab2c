"""Wait until the catalogue has what the shop announced before the export was asked for."""

from __future__ import annotations

from typing import Final

from chalicelib.domain.currency import Currency
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.lease import postponed
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.errors import ExportFailed
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.work.worker import Worker, log

# How long an export waits for a shop that does not answer. A first sync may take longer.
MAX_WAIT_SECONDS: Final = 300
SECONDS_BETWEEN_LOOKS: Final = 2
NOT_CURRENT: Final = (
    "Your shop did not answer for five minutes, so its latest changes could not be read. "
    "Please try again in a few minutes."
)


def is_current(worker: Worker, job: ExportFile) -> bool:
    """Return whether the export can begin. If not, its message comes again in seconds.

    Waiting is not an attempt. Raise ExportFailed when the shop stays silent for too long.
    """
    kind = EXPORT_TYPES[job.request.export_type].kind(job.request)
    currency = worker.currency.ensure(job.shop, kind, job.created_at)
    if not currency.is_waiting:
        return True
    waited = (worker.now - job.created_at).total_seconds()
    if waited > MAX_WAIT_SECONDS and not currency.is_first_sync:
        raise ExportFailed(NOT_CURRENT)
    _look_again(worker, job, currency)
    return False


def _look_again(worker: Worker, job: ExportFile, currency: Currency) -> None:
    log.info("export waits for the shop", extra={"reason": currency.reason})
    lease_seconds = worker.lease_seconds
    worker.store.update(job, postponed(job, now=worker.now, seconds=lease_seconds))
    message = ExportMessage.of(job, Step.START)
    worker.queue.send([message], delay_seconds=SECONDS_BETWEEN_LOOKS)
