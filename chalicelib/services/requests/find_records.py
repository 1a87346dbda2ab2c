"""Find records by what people call them, so that they can choose some without knowing ids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.domain.requestor import Requestor
from chalicelib.errors import RequestRefused
from chalicelib.exports.export_type import ExportType, RecordNames
from chalicelib.filters.ids import check_ids
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.limit_uses import Use, count_use
from chalicelib.services.requests.read_in_time import buckets_in_time
from chalicelib.services.requests.request_export import check_permission
from chalicelib.words.text import say

# People wait for each letter that they type.
SEARCH_SECONDS: Final = 2
_decode: Final = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record: its global id, its name and what else it is called."""

    id: str
    names: RecordNames


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """Records that were found, the best first.

    `next` is the record number to read on at, None if all records have been read.
    """

    records: Sequence[FoundRecord]
    next: int | None = None


def search_records(
    service: ApiService,
    requestor: Requestor,
    export_type: ExportType,
    search: str,
    first: int,
    start: int = 0,
) -> FoundRecords:
    """Return the `first` records whose names contain a text, from a record number on.

    PermissionDenied, RateReached, RequestRefused for a type whose records have no names. A call
    ends when it has found enough, or has read for about SEARCH_SECONDS.
    """
    _check(service, requestor, export_type)
    kind = export_type.kind(ExportRequest(export_type=export_type.name))
    buckets = service.source.find_buckets(requestor.shop, kind)
    wanted = search.strip().casefold()
    found: list[tuple[int, FoundRecord]] = []
    for bucket, is_late in buckets_in_time(service, buckets, start, seconds=SEARCH_SECONDS):
        if is_late or len(found) >= first:
            return FoundRecords(_best(found, first), bucket.first_number)
        pages = service.source.read_buckets(requestor.shop, kind, [bucket], whole=True)
        found += _matching(export_type, pages, wanted)
    return FoundRecords(_best(found, first))


def find_records(
    service: ApiService, requestor: Requestor, export_type: ExportType, ids: Sequence[str]
) -> FoundRecords:
    """Return the records of these global ids, by number. Unknown ids are left out.

    PermissionDenied, RateReached, RequestRefused for ids of another type.
    """
    _check(service, requestor, export_type)
    check_ids(ids, export_type.id_type, field="ids")
    kind = export_type.kind(ExportRequest(export_type=export_type.name, scope=Scope.IDS))
    numbers = sorted({export_type.number(one) for one in ids})
    pages = service.source.read_numbers(requestor.shop, kind, numbers, whole=True)
    return FoundRecords([record for _, record in _matching(export_type, pages, "")])


def _check(service: ApiService, requestor: Requestor, export_type: ExportType) -> None:
    check_permission(requestor, export_type)
    if export_type.names is None:
        raise RequestRefused(say("{label} cannot be found by name.", label=export_type.title))
    count_use(service, requestor, Use.PREVIEW)


def _matching(
    export_type: ExportType, pages: Iterable[Sequence[bytes]], wanted: str
) -> Iterator[tuple[int, FoundRecord]]:
    """Yield the records that match a text, with the rank of their match."""
    assert export_type.names is not None
    for page in pages:
        for document in map(_decode, page):
            names = export_type.names(document)
            rank = _rank(names, wanted)
            if rank is not None:
                yield rank, FoundRecord(document["id"], names)


def _rank(names: RecordNames, wanted: str) -> int | None:
    """Return 0 for a name that is the text, 1 for one that begins with it, 2 for one that has it.

    None for no match.
    """
    texts = [text.casefold() for text in (names.name, *names.others)]
    if wanted in texts:
        return 0
    if any(text.startswith(wanted) for text in texts):
        return 1
    return 2 if any(wanted in text for text in texts) else None


def _best(found: Iterable[tuple[int, FoundRecord]], first: int) -> list[FoundRecord]:
    return [record for _, record in sorted(found, key=lambda ranked: ranked[0])[:first]]
