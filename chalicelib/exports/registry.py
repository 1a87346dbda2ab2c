"""The export types, one line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chalicelib.catalog import documents
from chalicelib.domain.requestor import MANAGE_APPS, MANAGE_STAFF
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.gift_cards import GIFT_CARDS
from chalicelib.exports.products import PRODUCTS
from chalicelib.exports.voucher_codes import VOUCHER_CODES

EXPORT_TYPES: Final[Mapping[str, ExportType]] = {
    one.name: one
    for one in (
        PRODUCTS,
        GIFT_CARDS,
        VOUCHER_CODES,
    )
}
# The kinds of the catalogue that come in a file of their own, with those of single export types.
RECORD_MAKERS: Final = {
    **documents.RECORD_MAKERS,
    **{kind: maker for one in EXPORT_TYPES.values() for kind, maker in one.record_makers.items()},
}
# Read from a connected shop when they are exported. Other kinds are read from the table.
LIVE_KINDS: Final = frozenset(kind for one in EXPORT_TYPES.values() for kind in one.live_kinds)
FILE_KINDS: Final = tuple(RECORD_MAKERS)
EXPORT_PERMISSIONS: Final = tuple(dict.fromkeys(one.permission for one in EXPORT_TYPES.values()))
# MANAGE_STAFF and MANAGE_APPS allow reading who asked for an export.
ALL_PERMISSIONS: Final = (*EXPORT_PERMISSIONS, MANAGE_STAFF, MANAGE_APPS)
