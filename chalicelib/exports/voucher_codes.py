"""The export of voucher codes: all codes of one voucher or of several, or codes by id.

Within a batch, the newest codes come first.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.catalog.kinds import (
    VOUCHER_CODES_BY_ID,
    VOUCHERS,
    voucher_code_number,
    voucher_codes_kind,
)
from chalicelib.catalog.versions import WITH_DETAILS
from chalicelib.domain.global_id import decode_global_id, number_of
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.domain.requestor import MANAGE_DISCOUNTS
from chalicelib.errors import LimitReached, RequestRefused
from chalicelib.exports.column_keys import ColumnKeys, chosen_columns, read_columns
from chalicelib.exports.columns import Column, Join, Level, SpokenHeader
from chalicelib.exports.export_type import (
    ExportType,
    Input,
    InputContext,
    Order,
    Part,
    Predicate,
    RecordNames,
)
from chalicelib.exports.gift_cards import CODE, NO_OR_YES, fact
from chalicelib.exports.input_options import COLUMN, IDS, InputOption
from chalicelib.exports.inputs import check_count, make_request, once
from chalicelib.exports.references import voucher_ids_of
from chalicelib.filters.ids import is_id
from chalicelib.formats.cells import CellKind, CellType
from chalicelib.words.text import say

VOUCHER: Final = InputOption(
    name="voucher",
    path=("voucherId",),
    help="The voucher whose codes to export: name, number or global id.",
)
OTHER_VOUCHERS: Final = InputOption(
    name="vouchers",
    path=("voucherIds",),
    help="One of several vouchers whose codes to export, as --voucher. Repeatable.",
    many=True,
)
# The directory of each is read before the export begins.
MAX_VOUCHERS: Final = 100


_COUNT: Final = Join(int | None, lambda count: "" if count is None else str(count))


def _count(header: str, name: str) -> Column:
    path = (name,)
    return Column(
        header,
        CellKind.NUMBER,
        Level.RECORD,
        path,
        WITH_DETAILS,
        type=CellType.NUMBER,
        join=_COUNT,
        spoken=SpokenHeader(header.capitalize()),
    )


KEYS: Final = ColumnKeys(
    {
        "code": CODE,
        "voucher": fact("voucher", "voucher", CellType.TEXT),
        "used": _count("used", "used"),
        "active": fact("active", "is_active", CellType.BOOLEAN, NO_OR_YES),
        "created": fact("created", "created_at", CellType.DATE_TIME),
        "uses_left": _count("uses left", "uses_left"),
    }
)


def _read_input(context: InputContext, given: Input) -> ExportRequest:
    voucher_id, ids = given.get("voucherId"), given.get("ids")
    if voucher_id and ids:
        raise _refused(say("Argument 'voucher_id' cannot be combined with 'ids'"))
    if vouchers := _read_vouchers(given):
        parameters = {**vouchers, **_read_columns(context, given)}
        return make_request(context, given, VOUCHER_CODES, parameters=parameters)
    if not ids:
        raise _refused(say("At least one of arguments is required: 'voucher_id', 'ids'."))
    if not all(is_id(one, VOUCHER_CODES.id_type) for one in ids):
        raise _refused(say("Invalid voucher code IDs."), field="ids", code="INVALID")
    check_count(context, ids)
    chosen = {"scope": Scope.IDS, "ids": once(ids), "parameters": _read_columns(context, given)}
    return make_request(context, given, VOUCHER_CODES, **chosen)


def _read_vouchers(given: Input) -> dict[str, Any]:
    """Return the parameter that names one voucher or several, none if the input names none."""
    voucher_id, several = given.get("voucherId"), given.get("voucherIds") or ()
    if several and (voucher_id or given.get("ids")):
        other = "voucherId" if voucher_id else "ids"
        message = say("`voucherIds` cannot be combined with `{other}`.", other=other)
        raise _refused(message, field="voucherIds")
    if len(several) > MAX_VOUCHERS:
        message = say("At most {most} vouchers can be given. Split the export.", most=MAX_VOUCHERS)
        raise LimitReached(message, field="voucherIds")
    if voucher_id and not is_id(voucher_id, "Voucher"):
        raise _refused(say("Invalid voucher ID."), field="voucherId", code="INVALID")
    if not all(is_id(one, "Voucher") for one in several):
        raise _refused(say("Invalid voucher IDs."), field="voucherIds", code="INVALID")
    if voucher_id:
        return {"voucher_id": voucher_id}
    return {"voucher_ids": list(once(several))} if several else {}


def _read_columns(context: InputContext, given: Input) -> dict[str, Any]:
    return read_columns(given.get("columns"), KEYS, context.dictionaries)


def _refused(
    message: str, *, field: str | None = None, code: str = "GRAPHQL_ERROR"
) -> RequestRefused:
    return RequestRefused(message, field=field, code=code)


def _kind(request: ExportRequest) -> str:
    if request.scope is Scope.IDS:
        # An id does not say which voucher it belongs to, so codes are stored by id as well.
        return VOUCHER_CODES_BY_ID
    ids = voucher_ids_of(request)
    if not ids or not all(is_id(one, "Voucher") for one in ids):
        raise _refused(say("Voucher codes belong to a voucher. Name it with `voucherId`."))
    return voucher_codes_kind(*sorted(set(map(number_of, ids))))


def _columns(request: ExportRequest, dictionaries: Dictionaries) -> list[Column]:
    chosen = request.parameters.get("columns")
    return chosen_columns(chosen, KEYS, dictionaries) if chosen else [CODE]


class _Code(Part):
    id: str
    code: str
    created_at: str


def _predicate(
    request: ExportRequest, dictionaries: Dictionaries, now: datetime
) -> Predicate | None:
    if request.scope is not Scope.IDS:
        return None
    # A record number omits the last digit of an id, so a code found by number may have another id.
    named = frozenset(map(_uuid_of, request.ids))
    return lambda code: _uuid_of(code.id) in named


def _uuid_of(global_id: str) -> uuid.UUID:
    return uuid.UUID(decode_global_id(global_id)[1])


VOUCHER_CODES: Final = ExportType(
    name="voucher_codes",
    singular="voucher_code",
    label="voucher codes",
    permission=MANAGE_DISCOUNTS,
    file_prefix="voucher_code",
    mutation="exportVoucherCodes",
    input_type="ExportVoucherCodesInput",
    id_type="VoucherCode",
    read_input=_read_input,
    options=(VOUCHER, OTHER_VOUCHERS, IDS, COLUMN),
    scopes=(Scope.ALL, Scope.IDS),
    dictionaries=("vouchers",),
    kind=_kind,
    number=voucher_code_number,
    columns=_columns,
    column_keys=KEYS,
    predicate=_predicate,
    # Moments are stored as texts in UTC, whose characters sort as the moments do.
    order=(Order("created_at", is_descending=True), Order("code")),
    part=lambda request: _Code,
    names=lambda code: RecordNames(code["code"]),
    has_secret_names=True,
    live_kinds=(VOUCHERS, VOUCHER_CODES_BY_ID),
)
