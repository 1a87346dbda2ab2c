"""The export types, a line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chalicelib.exports.export_type import ExportType
from chalicelib.exports.gift_cards import GIFT_CARDS
from chalicelib.exports.products import PRODUCTS
from chalicelib.exports.voucher_codes import VOUCHER_CODES

EXPORT_TYPES: Final[Mapping[str, ExportType]] = {
    PRODUCTS.name: PRODUCTS,
    GIFT_CARDS.name: GIFT_CARDS,
    VOUCHER_CODES.name: VOUCHER_CODES,
}
