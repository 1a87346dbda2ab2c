"""Find records by what people call them, so that they can choose some without knowing ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.depth import Depth
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.domain.requestor import Requestor
from chalicelib.errors import RequestRefused
from chalicelib.exports.export_type import ExportType, RecordNames
from chalicelib.filters.context import everything
from chalicelib.filters.ids import check_ids
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.limit_uses import Use, count_use
from chalicelib.services.requests.read_in_time import buckets_in_time
from chalicelib.services.requests.request_export import check_permission
from chalicelib.words.masks import mask
from chalicelib.words.text import say

# People wait for each letter that they type.
SEARCH_SECONDS: Final = 2
_decode: Final = msgspec.json.Decoder().decode
# How well names match a search, 0 the best; None if they do not.
Rank = Callable[[RecordNames], int | None]


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A record: its global id, its name and what else it is called."""

    id: str
    names: RecordNames


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """Records that were found, the best first.

    `left_out` counts the others that match, of those that have been read. `next` is the record
    number to read on at, None if all records have been read.
    """

    records: Sequence[FoundRecord]
    next: int | None = None
    left_out: int = 0


def search_records(
    service: ApiService,
    requestor: Requestor,
    export_type: ExportType,
    search: str,
    first: int,
    start: int = 0,
) -> FoundRecords:
    """Return the `first` records whose names contain a text, from a record number on.

    PermissionDenied, RateReached, RequestRefused for codes: a part of one finds nothing. A call
    ends when it has found enough, or has read for about SEARCH_SECONDS.
    """
    _check(service, requestor, export_type)
    if export_type.has_secret_names:
        raise _nameless(export_type)
    wanted = search.strip().casefold()
    return _searched(
        service, requestor.shop, export_type, lambda names: _rank(names, wanted), first, start
    )


def find_named(
    service: ApiService,
    requestor: Requestor,
    export_type: ExportType,
    names: Sequence[str],
    first: int,
    start: int = 0,
) -> FoundRecords:
    """Return the `first` records that have one of these names, from a record number on.

    The errors and the end of a call are those of a search. Gift cards and voucher codes of a
    connected shop are looked up there, where upper and lower case differ.
    """
    _check(service, requestor, export_type)
    if export_type.live_kinds and service.shops.find(requestor.shop) is not None:
        return _found_in_shop(service, requestor.shop, export_type, names)
    wanted = {name.strip().casefold() for name in names}
    return _searched(
        service, requestor.shop, export_type, lambda one: _rank_of_whole(one, wanted), first, start
    )


def find_records(
    service: ApiService, requestor: Requestor, export_type: ExportType, ids: Sequence[str]
) -> FoundRecords:
    """Return the records of these global ids, by number. Unknown ids are left out.

    PermissionDenied, RateReached, RequestRefused for ids of another type, ExportFailed if a
    connected shop cannot find them quickly enough. Codes show their last characters only: the
    requestor has not named them.
    """
    _check(service, requestor, export_type)
    check_ids(ids, export_type.id_type, field="ids")
    if _is_walked(service, requestor.shop, export_type):
        return _found_by_walk(service, requestor.shop, ids)
    numbers = sorted({export_type.number(one) for one in ids})
    kind = _kind_of(export_type)
    pages = service.source.read_numbers(requestor.shop, kind, numbers, depth=Depth.WHOLE)
    found = [
        record for _, record in _matching(export_type, pages, lambda names: 0, lambda raw: True)
    ]
    return FoundRecords([_masked(one) for one in found] if export_type.has_secret_names else found)


def _check(service: ApiService, requestor: Requestor, export_type: ExportType) -> None:
    check_permission(requestor, export_type)
    if export_type.names is None:
        raise _nameless(export_type)
    count_use(service, requestor, Use.PREVIEW)


def _nameless(export_type: ExportType) -> RequestRefused:
    return RequestRefused(say("{label} cannot be found by name.", label=export_type.title))


def _is_walked(service: ApiService, shop: str, export_type: ExportType) -> bool:
    """Return whether only a walk over records of a connected shop finds those of an id."""
    if not export_type.live_kinds or export_type.is_found_in_shop:
        return False
    return service.shops.find(shop) is not None


def _found_by_walk(service: ApiService, shop: str, ids: Sequence[str]) -> FoundRecords:
    found = sorted(service.codes.find_codes(shop, ids).items())
    return FoundRecords([_masked(FoundRecord(id_, RecordNames(code))) for id_, code in found])


def _found_in_shop(
    service: ApiService, shop: str, export_type: ExportType, names: Sequence[str]
) -> FoundRecords:
    # Saleor takes an empty code for any code.
    codes = [code for name in names if (code := name.strip())]
    found = service.codes.find_ids(shop, _kind_of(export_type), codes)
    return FoundRecords([FoundRecord(id_, RecordNames(code)) for code, id_ in found.items()])


def _searched(
    service: ApiService, shop: str, export_type: ExportType, rank: Rank, first: int, start: int
) -> FoundRecords:
    """Return the best records by rank of those that can be read in time."""
    kind = _kind_of(export_type)
    buckets = service.source.find_buckets(shop, kind)
    admits = admission(service, shop, export_type)
    found: list[tuple[int, FoundRecord]] = []
    for bucket, is_late in buckets_in_time(service, buckets, start, seconds=SEARCH_SECONDS):
        if is_late or len(found) >= first:
            return _best(found, first, bucket.first_number)
        pages = service.source.read_buckets(shop, kind, [bucket], depth=Depth.WHOLE)
        found += _matching(export_type, pages, rank, admits)
    return _best(found, first)


def _kind_of(export_type: ExportType) -> str:
    return export_type.kind(ExportRequest(export_type=export_type.name, scope=Scope.IDS))


def admission(service: ApiService, shop: str, export_type: ExportType) -> Callable[[bytes], bool]:
    """Return what admits documents to any export: a used gift card would be missing in its file."""
    request = ExportRequest(export_type=export_type.name)
    dictionaries = Dictionaries(service.source, shop)
    admits = export_type.predicate(request, dictionaries, service.clock.now()) or everything
    decode = msgspec.json.Decoder(export_type.part(request)).decode
    return lambda raw: admits(decode(raw))


def _matching(
    export_type: ExportType,
    pages: Iterable[Sequence[bytes]],
    rank: Rank,
    admits: Callable[[bytes], bool],
) -> Iterator[tuple[int, FoundRecord]]:
    """Yield the records that match, with the rank of their match."""
    assert export_type.names is not None
    for page in pages:
        for raw in page:
            document = _decode(raw)
            names = export_type.names(document)
            place = rank(names)
            if place is not None and admits(raw):
                yield place, FoundRecord(document["id"], names)


def _rank(names: RecordNames, wanted: str) -> int | None:
    """Return 0 for a name that is the text, 1 for one that begins with it, 2 for one that has it.

    None for no match.
    """
    texts = _texts(names)
    if wanted in texts:
        return 0
    if any(text.startswith(wanted) for text in texts):
        return 1
    return 2 if any(wanted in text for text in texts) else None


def _rank_of_whole(names: RecordNames, wanted: set[str]) -> int | None:
    return None if wanted.isdisjoint(_texts(names)) else 0


def _texts(names: RecordNames) -> list[str]:
    return [text.casefold() for text in (names.name, *names.others)]


def _masked(found: FoundRecord) -> FoundRecord:
    return replace(found, names=RecordNames(mask(found.names.name)))


def _best(
    found: Sequence[tuple[int, FoundRecord]], first: int, next_: int | None = None
) -> FoundRecords:
    ranked = sorted(found, key=lambda one: one[0])[:first]
    return FoundRecords([record for _, record in ranked], next_, len(found) - len(ranked))
