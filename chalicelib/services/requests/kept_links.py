"""The ends of links that this process has handed out lately, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from chalicelib.domain.export_file import ExportFile

MAX_KEPT: Final = 1_000
Key = tuple[str, str, str]


class KeptLinks:
    """When the latest link of a requestor to a job's file ends. All of them are on record.

    A client that asks again within minutes gets its link without another read.
    """

    def __init__(self) -> None:
        self._ends: OrderedDict[Key, datetime] = OrderedDict()

    def find(self, job: ExportFile, requestor_id: str) -> datetime | None:
        """Return the end of the latest link, or None."""
        return self._ends.get(_key(job, requestor_id))

    def keep(self, job: ExportFile, requestor_id: str, ends: Mapping[str, datetime]) -> None:
        """Keep the end that `ends` has for this job. The oldest goes if there are too many."""
        key = _key(job, requestor_id)
        self._ends[key] = ends[job.id]
        self._ends.move_to_end(key)
        if len(self._ends) > MAX_KEPT:
            self._ends.popitem(last=False)


def _key(job: ExportFile, requestor_id: str) -> Key:
    return job.shop, job.id, requestor_id
