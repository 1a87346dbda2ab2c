"""The versions of documents, by kind.

A stored item carries the version of the document in it. A column or filter that reads a newer fact
says since which version that fact exists, so that an export of older documents fails with a
sentence instead of having empty cells. Raise the version of a kind with every new fact in its
documents. Items without a version are of version 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chalicelib.catalog import kinds

FIRST_VERSION: Final = 1
# Since this version documents name other records by id. Their names come from the dictionaries.
BY_ID: Final = 2
# Since this version products have the translations of their texts.
WITH_TRANSLATIONS: Final = 3
# Since this version gift cards and voucher codes have the facts of all their columns.
WITH_DETAILS: Final = 2
# Since this version attributes have the product types that they belong to.
WITH_TYPES: Final = 2
# Kinds count on their own: a new fact of products needs no new load of gift cards.
_VERSIONS: Final[Mapping[str, int]] = {
    kinds.PRODUCTS: WITH_TRANSLATIONS,
    kinds.ATTRIBUTES: WITH_TYPES,
    kinds.CHANNELS: BY_ID,
    kinds.WAREHOUSES: BY_ID,
    kinds.PRODUCT_TYPES: BY_ID,
    kinds.GIFT_CARDS: WITH_DETAILS,
    kinds.VOUCHER_CODES_BY_ID: WITH_DETAILS,
}


def version_of(kind: str) -> int:
    """Return the version of the documents of a kind, as this code writes them."""
    return _VERSIONS.get(kinds.family_of(kind), FIRST_VERSION)
