"""The core of a product: the fields that most exports show and no others, as arrays.

It is stored beside the document, so that an export that needs no more reads nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from chalicelib.domain.global_id import InvalidGlobalId, encode_global_id, number_of

PRODUCT: Final = "Product"
VARIANT: Final = "ProductVariant"


# Keys would be most of the bytes of texts that are so short.
class VariantCore(NamedTuple):
    """The core of a variant. Absent texts are ""."""

    id: int | str
    sku: str
    weight: str


class ProductCore(NamedTuple):
    """The core of a product. Absent fields are ""."""

    id: int | str
    name: str
    product_type: int | str
    category: int | str
    weight: str
    variants: tuple[VariantCore, ...]


def product_core(document: Mapping[str, Any]) -> ProductCore:
    """Return the core of a product's document."""
    variants = tuple(_core(VariantCore, VARIANT, one) for one in document.get("variants", ()))
    found: ProductCore = _core(ProductCore, PRODUCT, {**document, "variants": variants})
    return found


def id_text(type_name: str, stored: int | str) -> str:
    """Return the global id of a stored one."""
    return encode_global_id(type_name, stored) if isinstance(stored, int) else stored


def _core(core: Any, type_name: str, fields: Mapping[str, Any]) -> Any:
    stored = {**fields, "id": _stored_id(type_name, fields.get("id", ""))}
    return core(*(stored.get(name, "") for name in core._fields))


def _stored_id(type_name: str, global_id: str) -> int | str:
    """Return the number in a global id; the id itself if it cannot be made from the number."""
    try:
        number = number_of(global_id)
    except InvalidGlobalId:
        return global_id
    return number if encode_global_id(type_name, number) == global_id else global_id
