"""The export of voucher codes: all of one voucher, or those named by id; newest first within a batch."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.catalog.documents import (
    VOUCHER_CODES_BY_ID,
    voucher_code_number,
    voucher_codes_kind,
)
from chalicelib.domain.global_id import decode_global_id, number_of
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.domain.requestor import MANAGE_DISCOUNTS
from chalicelib.exports.columns import Column
from chalicelib.exports.export_type import ExportType, Predicate
from chalicelib.exports.gift_cards import CODE


def _kind(request: ExportRequest) -> str:
    if request.scope is Scope.IDS:
        return VOUCHER_CODES_BY_ID
    return voucher_codes_kind(number_of(request.parameters["voucher_id"]))


def _columns(request: ExportRequest, dictionaries: Dictionaries) -> list[Column]:
    return [CODE]


def _newest_first(code: dict[str, Any]) -> tuple[float, str]:
    return -datetime.fromisoformat(code["created_at"]).timestamp(), code["code"]


def _predicate(
    request: ExportRequest, dictionaries: Dictionaries, now: datetime
) -> Predicate | None:
    """A number leaves out the last digit of an id: what it finds must be what was named."""
    if request.scope is not Scope.IDS:
        return None
    named = frozenset(map(_uuid_of, request.ids))
    return lambda code: _uuid_of(code["id"]) in named


def _uuid_of(global_id: str) -> uuid.UUID:
    return uuid.UUID(decode_global_id(global_id)[1])


VOUCHER_CODES: Final = ExportType(
    name="voucher_codes",
    label="voucher codes",
    permission=MANAGE_DISCOUNTS,
    file_prefix="voucher_code",
    id_type="VoucherCode",
    kind=_kind,
    number=voucher_code_number,
    columns=_columns,
    predicate=_predicate,
    sort_key=_newest_first,
)
