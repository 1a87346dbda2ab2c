"""One line for people that says what an export was of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import InvalidGlobalId, decode_global_id
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.exports.export_type import ExportType
from chalicelib.filters.fields import is_empty

# A line of a list holds about a hundred characters.
MAX_NAMES: Final = 3
MAX_CONDITIONS: Final = 4
MAX_WORD_CHARACTERS: Final = 40
# The dictionaries whose names stand for ids in a summary.
_KINDS: Final[Mapping[str, str]] = {
    "Category": "categories",
    "Collection": "collections",
    "ProductType": "product_types",
    "Warehouse": "warehouses",
    "Channel": "channels",
    "Voucher": "vouchers",
}

# The names of bounds in inputs, as people say them.
_WORDS: Final[Mapping[str, str]] = {"gte": "from", "lte": "to", "eq": "is"}


def summarize(export_type: ExportType, request: ExportRequest, dictionaries: Dictionaries) -> str:
    """Return a line such as "Products matching search tea, categories Tea · 6 columns".

    Ids of dictionaries are given by name. Long lists are cut: the request has them all.
    """
    columns = len(export_type.columns(request, dictionaries))
    of_columns = f"{columns:,} column{'s' if columns != 1 else ''}"
    return f"{_records(export_type, request, dictionaries)} · {of_columns}"


def _records(export_type: ExportType, request: ExportRequest, dictionaries: Dictionaries) -> str:
    label = export_type.label
    if request.scope is Scope.IDS:
        return f"{len(request.ids):,} selected {label}"
    if request.scope is Scope.FILTER:
        conditions = [
            _condition(name, value, dictionaries)
            for name, value in request.filter.items()
            if not is_empty(value)
        ]
        return f"{label.capitalize()} matching {_cut(conditions, MAX_CONDITIONS)}"
    voucher_id = request.parameters.get("voucher_id")
    if voucher_id:
        return f"{label.capitalize()} of {_word(voucher_id, dictionaries)}"
    return f"All {label}"


def _condition(name: str, value: Any, dictionaries: Dictionaries) -> str:
    words = [word for item in _items(value) for word in _words(item, dictionaries)]
    return " ".join([_spaced(name), _cut(words, MAX_NAMES)]).strip()


def _items(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else [value]


def _words(item: Any, dictionaries: Dictionaries) -> list[str]:
    """Return an item as words; of an object, what is given in it."""
    if isinstance(item, Mapping):
        return [_condition(name, value, dictionaries) for name, value in item.items()]
    return [] if item is None else [_word(item, dictionaries)]


def _word(item: Any, dictionaries: Dictionaries) -> str:
    if isinstance(item, bool):
        return "yes" if item else "no"
    text = _name_of(str(item), dictionaries) or str(item)
    is_long = len(text) > MAX_WORD_CHARACTERS
    return f"{text[:MAX_WORD_CHARACTERS]}…" if is_long else text


def _name_of(text: str, dictionaries: Dictionaries) -> str | None:
    """Return the name of a record of a dictionary by its global id, None for other texts."""
    try:
        kind = _KINDS.get(decode_global_id(text)[0])
    except InvalidGlobalId:
        return None
    named = (one for one in dictionaries.all(kind) if one["id"] == text) if kind else iter(())
    found = next(named, None)
    return str(found.get("name") or found.get("slug") or text) if found else None


def _cut(words: list[str], limit: int) -> str:
    more = len(words) - limit
    return ", ".join(words[:limit]) + (f" and {more:,} more" if more > 0 else "")


def _spaced(name: str) -> str:
    """Return a field of an input as words: `stock availability` for `stockAvailability`."""
    return _WORDS.get(name) or "".join(
        f" {letter.lower()}" if letter.isupper() else letter for letter in name
    )
