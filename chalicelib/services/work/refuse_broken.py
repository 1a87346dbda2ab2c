"""Fail an export that would contain a record that the shop cannot show, and no other export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from chalicelib.domain.depth import Depth
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.global_id import number_of
from chalicelib.domain.request import Scope
from chalicelib.errors import ExportFailed
from chalicelib.services.work.worker import Worker
from chalicelib.words.text import Text, say

MAX_NAMED: Final = 5


def refuse_broken(worker: Worker, job: ExportFile, broken: Sequence[str]) -> None:
    """Raise ExportFailed, which names the records, if the export contains any of these."""
    contained = _contained(worker, job, broken) if broken else ()
    if contained:
        raise ExportFailed(_describe(contained))


def _describe(contained: Sequence[str]) -> Text:
    if len(contained) == 1:
        return say(
            "Your shop cannot show {named}, so the file would lack it or have old data. "
            "Open this product in the dashboard and save it, or export without it.",
            named=contained[0],
        )
    more = len(contained) - MAX_NAMED
    return say(
        "Your shop cannot show {named}{others}, so the file would lack them or have old data. "
        "Open these products in the dashboard and save them, or export without them.",
        named=", ".join(contained[:MAX_NAMED]),
        others=say(" and {more} more", more=more) if more > 0 else "",
    )


def _contained(worker: Worker, job: ExportFile, broken: Sequence[str]) -> Sequence[str]:
    """Return those of the records that the export may contain."""
    if job.request.scope is Scope.IDS:
        wanted = set(job.request.ids)
        return [id_ for id_ in broken if id_ in wanted]
    return broken if job.request.scope is Scope.ALL else _matching(worker, job, broken)


def _matching(worker: Worker, job: ExportFile, broken: Sequence[str]) -> Sequence[str]:
    """Return the records that the filter admits as they were last read, or that never were."""
    exporter = worker.exporter_of(job)
    if exporter.predicate is None:
        return broken
    # Together: a shop may have thousands of them.
    numbers = sorted(map(number_of, broken))
    pages = worker.source.read_numbers(job.shop, exporter.kind, numbers, depth=Depth.WHOLE)
    documents = (msgspec.json.decode(raw) for page in pages for raw in page)
    refused = {one["id"] for one in documents if not exporter.predicate(one)}
    return [id_ for id_ in broken if id_ not in refused]
