"""Which values of attributes vanish with a product or a variant that a shop deletes.

Saleor deletes the values that refer to the record, and the values of most input types that the
record has itself, though others may share them. Neither an event nor a time tells of the products
that lose them (3.23: `on_delete=CASCADE`, `TYPES_WITH_UNIQUE_VALUES`).

A *trace* names such a value in a stored product: `Product_7` is a reference to the record, and
`12/tea` the value with the slug `tea` of the attribute 12.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.catalog.kinds import key_of

Facts = Mapping[str, Any]
# Files are left out: Saleor makes a value of its own for each file of each record.
_UNIQUE: Final = frozenset(
    {"DATE", "DATE_TIME", "NUMERIC", "PLAIN_TEXT", "REFERENCE", "RICH_TEXT", "SINGLE_REFERENCE"}
)
_ENTITIES: Final[Mapping[str, str]] = {"PRODUCT": "Product", "PRODUCT_VARIANT": "ProductVariant"}


@dataclass(frozen=True, slots=True)
class LostValues:
    """What the attributes of a shop let vanish.

    `referred` are the types of records that attributes refer to: `Product`, `ProductVariant`.
    `unique` says of each attribute whose values vanish with their record whether products and
    variants have it.
    """

    referred: AbstractSet[str]
    unique: Mapping[str, bool]

    @classmethod
    def of(cls, attributes: Iterable[Facts]) -> LostValues:
        """Return what these attributes let vanish."""
        nodes = list(attributes)
        entities = {_ENTITIES.get(str(node["entityType"])) for node in nodes}
        unique = {key_of(node["id"]): _is_on_both(node) for node in nodes if _is_unique(node)}
        return cls(frozenset(one for one in entities if one), unique)

    def __bool__(self) -> bool:
        """Return whether any value can vanish."""
        return bool(self.referred or self.unique)

    def traces(self, facts: Facts, left: AbstractSet[int] | None) -> Iterator[str]:
        """Yield what vanishes with the variants that are not `left`; with the product for None."""
        if left is None:
            yield from self._of_record("Product", facts)
        for variant in facts.get("variants", ()):
            if left is None or variant["number"] not in left:
                yield from self._of_record("ProductVariant", variant)

    def _of_record(self, entity: str, facts: Facts) -> Iterator[str]:
        number = facts["number"]
        if entity in self.referred:
            yield f"{entity}_{number}"
        for key, values in facts.get("values", {}).items():
            if key in self.unique:
                yield from (
                    f"{key}/{value['slug']}"
                    for value in values
                    if not self._is_own(key, value["slug"], entity, number)
                )

    def _is_own(self, key: str, slug: str, entity: str, number: int) -> bool:
        """Return whether the slug says that no other record has the value."""
        own = [f"{entity.lower()}-{number}_"]
        # The number alone may be that of a product and that of a variant.
        if not self.unique[key]:
            own.append(f"{number}_")
        return slug.startswith(tuple(own))


def traces_in(facts: Facts) -> Iterator[str]:
    """Yield the traces of all values that a stored product and its variants have."""
    for part in (facts, *facts.get("variants", ())):
        for key, values in part.get("values", {}).items():
            for value in values:
                yield f"{key}/{value['slug']}"
                if "reference" in value:
                    yield value["reference"]


def _is_unique(node: Facts) -> bool:
    return node["inputType"] in _UNIQUE


def _is_on_both(node: Facts) -> bool:
    return bool(node["productTypes"]["edges"] and node["productVariantTypes"]["edges"])
