"""Estimate how many records an export holds, without reading them."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.domain.requestor import Requestor
from chalicelib.exports.export_type import ExportType
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.request_export import check_permission


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number of records: exact, or the highest possible one if `is_upper_bound`."""

    records: int
    is_upper_bound: bool


def estimate_export(
    service: ApiService, requestor: Requestor, export_type: ExportType, request: ExportRequest
) -> Estimate:
    """Return the number of ids, or of records in the catalogue's directory; PermissionDenied.

    The number is exact only for an export of everything whose type exports every record.
    """
    check_permission(requestor, export_type)
    if request.scope is Scope.IDS:
        # Ids that the shop does not know count, because nothing is read here.
        return Estimate(len(set(request.ids)), is_upper_bound=True)
    buckets = service.source.find_buckets(requestor.shop, export_type.kind(request))
    selective = request.scope is Scope.FILTER or export_type.leaves_out
    return Estimate(sum(bucket.records for bucket in buckets), is_upper_bound=selective)
