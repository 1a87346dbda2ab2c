"""What is refused of the conditions on attributes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.errors import RequestRefused
from chalicelib.filters.ids import check_ids

REFERENCED_TYPES: Final = ("Page", "Product", "ProductVariant", "Category", "Collection")
OLD_FORMS: Final = ("values", "valuesRange", "date", "dateTime", "boolean")


def check_attributes(wanted: list[Mapping[str, Any]]) -> None:
    """RequestRefused for what Saleor refuses: mixed forms, missing slugs, several values, empty ones, bad ids."""
    if len({is_old(one) for one in wanted}) > 1:
        raise _refused("Use either `value` or the deprecated fields in all `attributes`, not both.")
    for one in wanted:
        if is_old(one):
            _check_old_form(one)
        else:
            _check_value_form(one)
    slugs = [one["slug"] for one in wanted if one.get("slug")]
    if not any(map(is_old, wanted)) and len(slugs) != len(set(slugs)):
        raise _refused("Each attribute slug can be given once.")


def is_old(one: Mapping[str, Any]) -> bool:
    return any(form in one for form in OLD_FORMS)


def _check_old_form(one: Mapping[str, Any]) -> None:
    if not one.get("slug"):
        raise _refused("An attribute needs its `slug` with the deprecated fields.")
    if "value" in one:
        raise _refused("`value` cannot be used with the deprecated fields.")


def _check_value_form(one: Mapping[str, Any]) -> None:
    value = one.get("value")
    if (
        ("value" in one and not value)
        or ("slug" in one and not one["slug"])
        or (not value and not one.get("slug"))
    ):
        raise _refused("An attribute needs a `slug` or a `value`, and neither can be empty.")
    if value and (len(value) > 1 or next(iter(value.values())) is None):
        raise _refused("An attribute's `value` takes exactly one condition, and it cannot be null.")
    if value and "reference" in value:
        _check_reference(value["reference"])


def _check_reference(reference: Mapping[str, Any]) -> None:
    if not reference:
        raise _refused("A reference needs a condition.")
    for key, contains in reference.items():
        given = {name: items for name, items in (contains or {}).items() if items is not None}
        if len(given) != 1 or not all(given.values()):
            raise _refused(
                "A reference condition takes either `containsAny` or `containsAll`, and it cannot be empty."
            )
        if key == "referencedIds":
            check_ids(*given.values(), *REFERENCED_TYPES, field="filter")


def _refused(message: str) -> RequestRefused:
    return RequestRefused(message, field="filter", code="GRAPHQL_ERROR")
