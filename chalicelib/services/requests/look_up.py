"""Look up the names that inputs of exports can hold, header rows, and the requestor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import Requestor
from chalicelib.errors import PermissionDenied
from chalicelib.exports.columns import headers_of
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.products import PRODUCTS
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.requests.api_service import ApiService
from chalicelib.services.requests.request_export import check_permission

Document = Mapping[str, Any]

# A dictionary that several export types name may be read with the permission of any of them.
PERMISSIONS: Final[Mapping[str, tuple[str, ...]]] = {
    kind: tuple(
        dict.fromkeys(one.permission for one in EXPORT_TYPES.values() if kind in one.dictionaries)
    )
    for export_type in EXPORT_TYPES.values()
    for kind in export_type.dictionaries
}


@dataclass(frozen=True, slots=True)
class Me:
    """The requestor and the name of their shop, None if the catalogue has none."""

    requestor: Requestor
    shop_name: str | None


def describe_requestor(service: ApiService, requestor: Requestor) -> Me:
    """Return the requestor with the name of their shop, which anonymous requestors do not get."""
    # Anyone can send a request without a token, and the name says whose service this is.
    if requestor.is_anonymous:
        return Me(requestor, None)
    named = service.source.find_dictionary(requestor.shop, "shop")
    return Me(requestor, named[0]["name"] if named else None)


def find_options(
    service: ApiService, requestor: Requestor, kind: str, search: str, first: int
) -> list[Document]:
    """Return the `first` documents of a kind whose name or slug contains `search`, by name.

    PermissionDenied unless the requestor may export a type that names this kind.
    """
    if not any(map(requestor.may, PERMISSIONS[kind])):
        raise PermissionDenied(*PERMISSIONS[kind])
    found = (
        option
        for option in service.source.find_dictionary(requestor.shop, kind)
        if _matches(option, search)
    )
    return list(islice(_by_name(found), first))


def find_columns(
    service: ApiService, requestor: Requestor, export_type: ExportType, search: str, first: int
) -> list[Mapping[str, str]]:
    """Return the `first` columns of a type whose key or label contains `search`.

    PermissionDenied.
    """
    check_permission(requestor, export_type)
    wanted = search.strip().casefold()
    columns = export_type.column_keys.list(Dictionaries(service.source, requestor.shop))
    found = (
        {"key": key, "label": label}
        for key, label in columns
        if wanted in key.casefold() or wanted in label.casefold()
    )
    return list(islice(found, first))


def find_headers(
    service: ApiService, requestor: Requestor, parameters: Mapping[str, Any]
) -> list[str]:
    """Return the header row of a product export with these columns; PermissionDenied."""
    check_permission(requestor, PRODUCTS)
    request = ExportRequest(export_type=PRODUCTS.name, parameters=parameters)
    return headers_of(PRODUCTS.columns(request, Dictionaries(service.source, requestor.shop)))


def _matches(option: Document, search: str) -> bool:
    # `casefold` also finds STRASSE when people type straße.
    wanted = search.strip().casefold()
    return (
        not wanted
        or wanted in (option["name"] or "").casefold()
        or wanted in option.get("slug", "").casefold()
    )


def _by_name(options: Iterable[Document]) -> list[Document]:
    return sorted(options, key=lambda option: ((option["name"] or "").casefold(), option["id"]))
