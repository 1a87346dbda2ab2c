"""Find ids and names that no record has, so that a client can refuse a typing error.

An export ignores them, as Saleor does: its file is shorter, and nothing says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import msgspec

from chalicelib.domain.depth import Depth
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.domain.requestor import Requestor
from chalicelib.domain.segment import Bucket
from chalicelib.errors import PermissionDenied
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.inputs import once
from chalicelib.exports.products import PRODUCTS
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.filters.ids import check_ids
from chalicelib.filters.products import names_of
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.find_records import admission
from chalicelib.services.requests.limit_uses import Use, count_use
from chalicelib.services.requests.look_up import PERMISSIONS
from chalicelib.services.requests.read_in_time import buckets_in_time
from chalicelib.services.requests.request_export import check_permission

# The gateway ends a request after 29 seconds.
SECONDS_PER_REQUEST: Final = 5


@dataclass(frozen=True, slots=True)
class UnknownNames:
    """Slugs and SKUs that no product read so far has, in the order given.

    `next` is the record number to go on at, None if all products have been read.
    """

    names: tuple[str, ...]
    next: int | None = None


def find_unknown_ids(
    service: ApiService, requestor: Requestor, kind: str, ids: Sequence[str]
) -> list[str]:
    """Return those of the ids that no record of an export type or a dictionary has, in order.

    A record that no export has, such as a used gift card, counts as none. PermissionDenied;
    RequestRefused for ids of another type. None is unknown if the catalogue has no such records at
    all: they may not be stored.
    """
    if kind in EXPORT_TYPES:
        known = _known_records(service, requestor, EXPORT_TYPES[kind], ids)
    else:
        known = _known_things(service, requestor, kind)
    return [global_id for global_id in once(ids) if known and global_id not in known]


def find_unknown_names(
    service: ApiService, requestor: Requestor, names: Iterable[str], start: int = 0
) -> UnknownNames:
    """Return the slugs and SKUs that no product has, from a record number on; PermissionDenied.

    A large catalogue takes several calls: each one reads for about SECONDS_PER_REQUEST.
    """
    check_permission(requestor, PRODUCTS)
    count_use(service, requestor, Use.PREVIEW)
    buckets = service.source.find_buckets(requestor.shop, PRODUCTS.name)
    left = dict.fromkeys(names if buckets else ())
    for bucket, is_late in buckets_in_time(service, buckets, start, seconds=SECONDS_PER_REQUEST):
        if is_late:
            return UnknownNames(tuple(left), bucket.first_number)
        if left:
            _cross_off(service, requestor.shop, bucket, left)
    return UnknownNames(tuple(left))


def _cross_off(service: ApiService, shop: str, bucket: Bucket, left: dict[str, None]) -> None:
    for page in service.source.read_buckets(shop, PRODUCTS.name, [bucket], depth=Depth.WHOLE):
        for document in page:
            for name in names_of(msgspec.json.decode(document)):
                left.pop(name, None)


def _known_records(
    service: ApiService, requestor: Requestor, export_type: ExportType, ids: Sequence[str]
) -> set[str]:
    """Return the ids of records among these, or nothing if records of the type are not stored."""
    check_permission(requestor, export_type)
    check_ids(ids, export_type.id_type, field="ids")
    count_use(service, requestor, Use.PREVIEW)
    request = ExportRequest(export_type=export_type.name, scope=Scope.IDS, ids=tuple(ids))
    kind = export_type.kind(request)
    if not service.source.find_buckets(requestor.shop, kind):
        return set()
    numbers = sorted(set(map(export_type.number, ids)))
    pages = service.source.read_numbers(requestor.shop, kind, numbers)
    documents: Iterator[bytes] = chain.from_iterable(pages)
    if export_type.leaves_out:
        documents = filter(admission(service, requestor.shop, export_type), documents)
    return {msgspec.json.decode(document)["id"] for document in documents} or {""}


def _known_things(service: ApiService, requestor: Requestor, kind: str) -> set[str]:
    if not any(map(requestor.may, PERMISSIONS[kind])):
        raise PermissionDenied(*PERMISSIONS[kind])
    return {one["id"] for one in service.source.find_dictionary(requestor.shop, kind)}
