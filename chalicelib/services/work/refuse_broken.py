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
    contained = [id_ for id_ in broken if _may_contain(worker, job, id_)]
    if contained:
        raise ExportFailed(_describe(contained))


def _describe(contained: Sequence[str]) -> Text:
    more = len(contained) - MAX_NAMED
    return say(
        "Your shop cannot show {named}{others}, so the file would lack them or have old data. "
        "Open these products in the dashboard and save them, or export without them.",
        named=", ".join(contained[:MAX_NAMED]),
        others=say(" and {more} more", more=more) if more > 0 else "",
    )


def _may_contain(worker: Worker, job: ExportFile, global_id: str) -> bool:
    if job.request.scope is Scope.IDS:
        return global_id in job.request.ids
    return job.request.scope is Scope.ALL or _may_match(worker, job, global_id)


def _may_match(worker: Worker, job: ExportFile, global_id: str) -> bool:
    """Return whether the filter admits the record as it was last read; True if it never was."""
    exporter = worker.exporter_of(job)
    if exporter.predicate is None:
        return True
    numbers = (number_of(global_id),)
    pages = worker.source.read_numbers(job.shop, exporter.kind, numbers, depth=Depth.WHOLE)
    documents = [msgspec.json.decode(raw) for page in pages for raw in page]
    return not documents or any(map(exporter.predicate, documents))
