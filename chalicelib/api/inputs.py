"""From the inputs of the mutations to an ExportRequest, or the error the contract has for what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.request import Compression, ExportRequest, FileType, Formulas, Scope
from chalicelib.errors import LimitReached, RequestRefused
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.gift_cards import GIFT_CARDS
from chalicelib.exports.products import PRODUCTS
from chalicelib.exports.voucher_codes import VOUCHER_CODES
from chalicelib.filters import gift_cards as gift_card_filters
from chalicelib.filters import products as product_filters
from chalicelib.filters.ids import check_ids, is_id
from chalicelib.services.requests.api_service import ApiService

Input = Mapping[str, Any]
_COLUMN_TYPES = {"attributes": "Attribute", "warehouses": "Warehouse", "channels": "Channel"}


def products_request(service: ApiService, shop: str, given: Input) -> ExportRequest:
    """The request of `exportProducts`."""
    scope, ids, filter_ = _scope(service, PRODUCTS, given)
    columns = columns_of(given.get("exportInfo") or {})
    if scope is Scope.FILTER:
        channels = (given.get("exportInfo") or {}).get("channels") or ()
        _check_channel(filter_, channels, Dictionaries(service.source, shop))
        product_filters.check_filter(filter_)
    return _request(
        service,
        PRODUCTS,
        given,
        scope=scope,
        ids=ids,
        filter=filter_,
        parameters={k: v for k, v in columns.items() if v},
    )


def gift_cards_request(service: ApiService, shop: str, given: Input) -> ExportRequest:
    """The request of `exportGiftCards`."""
    scope, ids, filter_ = _scope(service, GIFT_CARDS, given)
    if scope is Scope.FILTER:
        gift_card_filters.check_filter(filter_)
    return _request(service, GIFT_CARDS, given, scope=scope, ids=ids, filter=filter_)


def voucher_codes_request(service: ApiService, shop: str, given: Input) -> ExportRequest:
    """The request of `exportVoucherCodes`."""
    voucher_id, ids = given.get("voucherId"), given.get("ids")
    if voucher_id and ids:
        raise RequestRefused(
            "Argument 'voucher_id' cannot be combined with 'ids'", code="GRAPHQL_ERROR"
        )
    if not voucher_id and not ids:
        raise RequestRefused(
            "At least one of arguments is required: 'voucher_id', 'ids'.", code="GRAPHQL_ERROR"
        )
    if voucher_id:
        if not is_id(voucher_id, "Voucher"):
            raise RequestRefused("Invalid voucher ID.", field="voucherId", code="INVALID")
        return _request(service, VOUCHER_CODES, given, parameters={"voucher_id": voucher_id})
    if not all(is_id(one, VOUCHER_CODES.id_type) for one in ids or ()):
        raise RequestRefused("Invalid voucher code IDs.", field="ids", code="INVALID")
    _check_count(service, ids or ())
    return _request(service, VOUCHER_CODES, given, scope=Scope.IDS, ids=_once(ids or ()))


def _request(
    service: ApiService, export_type: ExportType, given: Input, **chosen: Any
) -> ExportRequest:
    return ExportRequest(
        export_type=export_type.name,
        file_type=FileType(given["fileType"]),
        formulas=Formulas(given.get("formulas") or service.settings.formulas),
        compression=Compression(given.get("compression") or Compression.NONE),
        **chosen,
    )


def _scope(
    service: ApiService, export_type: ExportType, given: Input
) -> tuple[Scope, tuple[str, ...], dict[str, Any]]:
    """The scope with what it needs; `ids` and `filter` beside another scope are ignored."""
    scope = Scope(given["scope"])
    if scope is Scope.IDS:
        if not given.get("ids"):
            raise RequestRefused("You must provide at least one id.", field="ids", code="REQUIRED")
        check_ids(given["ids"], export_type.id_type, field="ids")
        _check_count(service, given["ids"])
        return scope, _once(given["ids"]), {}
    if scope is Scope.FILTER:
        if not given.get("filter"):
            raise RequestRefused("You must provide filter input.", field="filter", code="REQUIRED")
        return scope, (), dict(given["filter"])
    return scope, (), {}


def columns_of(info: Input) -> dict[str, list[str]]:
    """The parameters `fields`, `attributes`, `warehouses` and `channels`; RequestRefused for ids of other types."""
    columns = {"fields": list(info.get("fields") or ())}
    for field, type_name in _COLUMN_TYPES.items():
        ids = info.get(field) or ()
        check_ids(ids, type_name, field=field)
        columns[field] = list(_once(ids))
    return columns


def _check_channel(filter_: Input, channels: Sequence[str], dictionaries: Dictionaries) -> None:
    """A filter that looks at a channel wants exactly one, and one that exists."""
    needing = sorted(
        name for field, name in product_filters.CHANNEL_FIELDS.items() if field in filter_
    )
    if not needing:
        return
    if len(channels) != 1:
        raise RequestRefused(
            "Exactly one channel must be provided in export_info.channels when using channel-dependent filters: "
            f"{', '.join(needing)}.",
            field="channels",
            code="REQUIRED",
        )
    if not dictionaries.chosen("channels", channels):
        raise RequestRefused("Channel not found.", field="channels", code="NOT_FOUND")


def _check_count(service: ApiService, ids: Sequence[str]) -> None:
    limit = service.settings.ids_per_request
    if len(ids) > limit:
        raise LimitReached(
            f"At most {limit:,} ids can be given. Split the export, or use a filter.", field="ids"
        )


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
