"""Read one export or a list of exports, with the permission of the type."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.download_token import is_valid_token, shop_of_token
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.export_list import ListPage, ListRequest
from chalicelib.domain.progress import Progress, is_running, progress_of
from chalicelib.domain.requestor import Requestor, is_shop_name
from chalicelib.errors import PermissionDenied
from chalicelib.exports.registry import EXPORT_PERMISSIONS, EXPORT_TYPES
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.request_export import check_permission


def readable_types(requestor: Requestor) -> frozenset[str]:
    """Return the export types that the requestor may read; PermissionDenied if there are none."""
    names = frozenset(
        name for name, export_type in EXPORT_TYPES.items() if requestor.may(export_type.permission)
    )
    if not names:
        raise PermissionDenied(*EXPORT_PERMISSIONS)
    return names


def find_export(service: ApiService, requestor: Requestor, export_id: str) -> ExportFile | None:
    """Return the export, or None; PermissionDenied if the requestor may not read its type."""
    readable_types(requestor)
    # Only after the check: a stranger must not learn which exports exist.
    job = service.store.find(requestor.shop, export_id)
    if job is not None:
        check_permission(requestor, EXPORT_TYPES[job.request.export_type])
    return job


def find_progress(service: ApiService, job: ExportFile) -> Progress:
    """Return how far an export is."""
    return progress_of(job, service.store.find_progress(job) if is_running(job) else ())


def find_by_token(service: ApiService, export_id: str, token: str) -> ExportFile | None:
    """Return the export that the token in a mail's link opens, or None."""
    # The shop in the token is only a hint where to look; the export's own key decides.
    shop = shop_of_token(token) if service.settings.download_token_seconds else None
    # DynamoDB refuses long keys, and a refusal would look like an outage.
    job = service.store.find(shop, export_id) if shop and is_shop_name(shop) else None
    return job if job and is_valid_token(job, token, service.clock.now()) else None


def list_exports(service: ApiService, requestor: Requestor, request: ListRequest) -> ListPage:
    """Return a page of the exports whose types the requestor may read."""
    readable = readable_types(requestor) & request.filter.export_types
    if not readable:
        return ListPage(exports=(), positions=(), has_next=False, has_previous=False, total=0)
    return service.store.list(
        replace(request, shop=requestor.shop, filter=replace(request.filter, export_types=readable))
    )
