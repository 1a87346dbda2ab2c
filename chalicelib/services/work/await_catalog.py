"""Wait until the catalogue has what the shop announced before the export was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from chalicelib.domain.currency import NOT_CONNECTED, REFRESHED, AsOf, Currency
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.lease import postponed
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.request import IfOutdated
from chalicelib.errors import ExportFailed
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.work.refuse_broken import refuse_broken
from chalicelib.services.work.worker import Worker, log
from chalicelib.words.text import say

# How long an export waits for a shop that does not answer. A first sync may take longer.
MAX_WAIT_SECONDS: Final = 300
SECONDS_BETWEEN_LOOKS: Final = 2
NOT_CURRENT: Final = say(
    "Your shop did not answer for five minutes, so its latest changes could not be read. "
    "Please try again in a few minutes, or export what is stored (ifOutdated: USE_STORED)."
)


def find_begun(worker: Worker, job: ExportFile) -> ExportFile | None:
    """Return the job with the age of its facts; None if its catalogue is not current yet.

    A job that waits gets its message again in seconds, and waiting is not an attempt. ExportFailed
    if the shop stays silent for too long, unless the request takes what is stored, or if the export
    would contain a record that the shop cannot show.
    """
    kind = EXPORT_TYPES[job.request.export_type].kind(job.request)
    currency = worker.currency.ensure(job.shop, kind, job.created_at)
    if currency.is_waiting and not _waited_enough(worker, job, currency):
        _look_again(worker, job, currency)
        return None
    refuse_broken(worker, job, currency.broken)
    begun = replace(job, as_of=_as_of(worker, job, currency), message=None)
    worker.store.update(job, begun)
    return begun


def _as_of(worker: Worker, job: ExportFile, currency: Currency) -> AsOf:
    """Return when the facts were read; those that are read while the export runs are of now."""
    if not job.request.is_live:
        return currency.as_of
    if not currency.as_of:
        raise ExportFailed(NOT_CONNECTED)
    return {**currency.as_of, **dict.fromkeys(REFRESHED, worker.now)}


def _waited_enough(worker: Worker, job: ExportFile, currency: Currency) -> bool:
    """Return whether to take what is stored; ExportFailed if the request does not want that."""
    waited = (worker.now - job.created_at).total_seconds()
    if waited <= MAX_WAIT_SECONDS or currency.is_first_sync:
        return False
    if job.request.if_outdated is IfOutdated.FAIL:
        raise ExportFailed(currency.refusal or NOT_CURRENT)
    return True


def _look_again(worker: Worker, job: ExportFile, currency: Currency) -> None:
    log.info("export waits for the shop", extra={"reason": currency.reason})
    later = postponed(job, now=worker.now, seconds=worker.lease_seconds)
    # People who look at the export see what it waits for.
    worker.store.update(job, replace(later, message=currency.reason))
    message = ExportMessage.of(job, Step.START)
    worker.queue.send([message], delay_seconds=SECONDS_BETWEEN_LOOKS)
