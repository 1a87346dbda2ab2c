"""The export of gift cards: their codes. Only cards that were never used, whatever the scope says."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import number_of
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.domain.requestor import MANAGE_GIFT_CARD
from chalicelib.exports.columns import Column, Level
from chalicelib.exports.export_type import ExportType, Predicate
from chalicelib.filters import gift_cards as gift_card_filters
from chalicelib.formats.cells import CellKind

CODE: Final = Column("code", CellKind.TEXT, Level.RECORD, ("code",))


def _columns(request: ExportRequest, dictionaries: Dictionaries) -> list[Column]:
    return [CODE]


def _never_used(card: dict[str, Any]) -> bool:
    return not card["used"]


def _predicate(request: ExportRequest, dictionaries: Dictionaries, now: datetime) -> Predicate:
    if request.scope is not Scope.FILTER:
        return _never_used
    context = gift_card_filters.make_context(dictionaries, now)
    admits = gift_card_filters.make_predicate(dict(request.filter), context)
    return lambda card: _never_used(card) and admits(card)


GIFT_CARDS: Final = ExportType(
    name="gift_cards",
    label="gift cards",
    permission=MANAGE_GIFT_CARD,
    file_prefix="gift_card",
    id_type="GiftCard",
    kind=lambda request: "gift_cards",
    number=number_of,
    columns=_columns,
    predicate=_predicate,
    sort_key=lambda card: card["code"],
    leaves_out=True,
)
