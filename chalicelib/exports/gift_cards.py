"""The export of gift cards: the codes of the cards that were never used, whatever the scope."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.catalog.kinds import GIFT_CARDS as GIFT_CARDS_KIND
from chalicelib.catalog.versions import WITH_DETAILS
from chalicelib.domain.global_id import number_of
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.domain.requestor import MANAGE_GIFT_CARD
from chalicelib.exports.column_keys import ColumnKeys, chosen_columns, read_columns
from chalicelib.exports.columns import Column, Join, Level, Path, SpokenHeader
from chalicelib.exports.export_type import (
    ExportType,
    Input,
    InputContext,
    Order,
    Part,
    Predicate,
    RecordNames,
)
from chalicelib.exports.input_options import COLUMN, SCOPED
from chalicelib.exports.inputs import make_request, read_scope
from chalicelib.filters import gift_cards as gift_card_filters
from chalicelib.formats.cells import CellKind, CellType

CODE: Final = Column(
    "code",
    CellKind.TEXT,
    Level.RECORD,
    ("code",),
    is_secret=True,
    spoken=SpokenHeader("Code"),
)

_AMOUNT: Final = Join(float, lambda amount: f"{amount:.3f}" if amount != "" else "")
NO_OR_YES: Final = Join(bool, lambda active: str(active is True))
_WORDS: Final = Join(list[str], ", ".join)
_DAY: Final = Join(str | None, lambda day: day or "")


def fact(
    header: str, name: str, kind: CellType, join: Join | None = None, currency: Path = ()
) -> Column:
    """Return a column of a fact that documents have since the version WITH_DETAILS."""
    cell = CellKind.TEXT if kind is CellType.TEXT else CellKind.BARE
    spoken = SpokenHeader(header.capitalize())
    made = Column(header, cell, Level.RECORD, (name,), WITH_DETAILS, type=kind, join=join)
    return replace(made, spoken=spoken, currency=currency)


def _balance(header: str, name: str) -> Column:
    # The cards of a shop may have several currencies.
    return fact(header, name, CellType.MONEY, _AMOUNT, currency=("currency",))


KEYS: Final = ColumnKeys(
    {
        "code": CODE,
        "initial_balance": _balance("initial balance", "initial_balance"),
        "current_balance": _balance("current balance", "current_balance"),
        "currency": fact("currency", "currency", CellType.TEXT),
        "active": fact("active", "is_active", CellType.BOOLEAN, NO_OR_YES),
        "expiry": fact("expiry", "expires_on", CellType.DATE, _DAY),
        "tags": fact("tags", "tags", CellType.TEXT, _WORDS),
        "created": fact("created", "created_at", CellType.DATE_TIME),
        "last_used": fact("last used", "last_used_at", CellType.DATE_TIME),
        "product": fact("product", "product", CellType.TEXT),
    }
)


def _read_input(context: InputContext, given: Input) -> ExportRequest:
    chosen = read_scope(context, given, GIFT_CARDS)
    gift_card_filters.check_filter(chosen["filter"])
    parameters = read_columns(given.get("columns"), KEYS, context.dictionaries)
    return make_request(context, given, GIFT_CARDS, parameters=parameters, **chosen)


def _columns(request: ExportRequest, dictionaries: Dictionaries) -> list[Column]:
    chosen = request.parameters.get("columns")
    return chosen_columns(chosen, KEYS, dictionaries) if chosen else [CODE]


class _Card(Part):
    # A card has 500 bytes of JSON, and decoding all of it takes four times as long.
    code: str
    used: bool


def _predicate(request: ExportRequest, dictionaries: Dictionaries, now: datetime) -> Predicate:
    # Saleor never exports the code of a used card, whatever the filter asks for.
    if request.scope is not Scope.FILTER:
        return lambda card: not card.used
    context = gift_card_filters.make_context(dictionaries, now)
    admits = gift_card_filters.make_predicate(dict(request.filter), context)
    return lambda card: not card["used"] and admits(card)


GIFT_CARDS: Final = ExportType(
    name="gift_cards",
    singular="gift_card",
    label="gift cards",
    whole_label="unused gift cards",
    permission=MANAGE_GIFT_CARD,
    file_prefix="gift_card",
    mutation="exportGiftCards",
    input_type="ExportGiftCardsInput",
    id_type="GiftCard",
    read_input=_read_input,
    kind=lambda request: GIFT_CARDS_KIND,
    number=number_of,
    columns=_columns,
    column_keys=KEYS,
    options=(*SCOPED, COLUMN),
    predicate=_predicate,
    # Saleor orders codes by their characters, not by the shop's language.
    order=(Order("code"),),
    part=lambda request: dict[str, Any] if request.scope is Scope.FILTER else _Card,
    names=lambda card: RecordNames(card["code"]),
    has_secret_names=True,
    is_found_in_shop=True,
    live_kinds=(GIFT_CARDS_KIND,),
)
