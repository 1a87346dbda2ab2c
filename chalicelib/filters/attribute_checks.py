"""Checks of attribute conditions: what Saleor refuses is refused when the export is requested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chalicelib.errors import RequestRefused
from chalicelib.filters.ids import check_ids
from chalicelib.words.text import say

REFERENCED_TYPES: Final = ("Page", "Product", "ProductVariant", "Category", "Collection")
DEPRECATED_FORMS: Final = ("values", "valuesRange", "date", "dateTime", "boolean")

Condition = Mapping[str, Any]


def check_attributes(conditions: Sequence[Condition]) -> None:
    """Raise RequestRefused for conditions that are contradictory, incomplete or malformed."""
    # Saleor refuses the mixture with the same reason.
    if len({is_deprecated(condition) for condition in conditions}) > 1:
        raise _refused(
            say("Use either `value` or the deprecated fields in all `attributes`, not both.")
        )
    for condition in conditions:
        if is_deprecated(condition):
            _check_deprecated_form(condition)
        else:
            _check_value_form(condition)
    _check_slugs([condition for condition in conditions if not is_deprecated(condition)])


def is_deprecated(condition: Condition) -> bool:
    """Return whether a condition uses a deprecated form."""
    return any(form in condition for form in DEPRECATED_FORMS)


def _check_slugs(conditions: Sequence[Condition]) -> None:
    slugs = [condition["slug"] for condition in conditions if condition.get("slug")]
    if len(slugs) != len(set(slugs)):
        raise _refused(say("Each attribute slug can be given once."))


def _check_deprecated_form(condition: Condition) -> None:
    if not condition.get("slug"):
        raise _refused(say("An attribute needs its `slug` with the deprecated fields."))
    if "value" in condition:
        raise _refused(say("`value` cannot be used with the deprecated fields."))


def _check_value_form(condition: Condition) -> None:
    value = condition.get("value")
    if (
        ("value" in condition and not value)
        or ("slug" in condition and not condition["slug"])
        or (not value and not condition.get("slug"))
    ):
        raise _refused(say("An attribute needs a `slug` or a `value`, and neither can be empty."))
    if value and (len(value) > 1 or next(iter(value.values())) is None):
        raise _refused(
            say("An attribute's `value` takes exactly one condition, and it cannot be null.")
        )
    if value and "reference" in value:
        _check_reference(value["reference"])


def _check_reference(reference: Mapping[str, Any]) -> None:
    if not reference:
        raise _refused(say("A reference needs a condition."))
    for key, contains in reference.items():
        given = {name: items for name, items in (contains or {}).items() if items is not None}
        if len(given) != 1 or not all(given.values()):
            raise _refused(
                say(
                    "A reference condition takes either `containsAny` or `containsAll`, "
                    "and it cannot be empty."
                )
            )
        if key == "referencedIds":
            check_ids(*given.values(), *REFERENCED_TYPES, field="filter")


def _refused(message: str) -> RequestRefused:
    return RequestRefused(message, field="filter", code="GRAPHQL_ERROR")
