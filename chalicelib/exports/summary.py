"""One line for people that says what an export was of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import number_of
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.references import kind_of
from chalicelib.filters.fields import is_empty

# A line of a list holds about a hundred characters.
MAX_NAMES: Final = 3
MAX_CONDITIONS: Final = 4
MAX_WORD_CHARACTERS: Final = 40

# The names of bounds in inputs, as people say them.
_WORDS: Final[Mapping[str, str]] = {"gte": "from", "lte": "to", "eq": "is"}


def summarize(export_type: ExportType, request: ExportRequest, dictionaries: Dictionaries) -> str:
    """Return a line such as "Products matching search tea, categories Tea · 6 fields, 1 channel".

    Ids in a filter are given by name. Long lists are cut: the request has them all. A dictionary is
    read only if the filter names a record of it: people wait for the line.
    """
    parts = (_records(export_type, request, dictionaries), _choices(request))
    return " · ".join(filter(None, parts))


def _choices(request: ExportRequest) -> str:
    """Return how many columns were chosen, by the lists of the request."""
    chosen = [
        (name, len(items))
        for name, items in request.parameters.items()
        if name != "voucher_ids" and _is_list(items) and items
    ]
    return ", ".join(
        f"{count:,} {name if count > 1 else name.removesuffix('s')}" for name, count in chosen
    )


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
        more = len(conditions) - MAX_CONDITIONS
        shown = _listed(conditions[:MAX_CONDITIONS], more)
        return f"{label.capitalize()} matching {shown}"
    voucher_id = request.parameters.get("voucher_id")
    several = request.parameters.get("voucher_ids")
    if several:
        numbers = [str(number_of(one)) for one in several[:MAX_NAMES]]
        return f"{label.capitalize()} of vouchers {_listed(numbers, len(several) - MAX_NAMES)}"
    if voucher_id:
        return f"{label.capitalize()} of voucher {number_of(voucher_id)}"
    return f"All {label}"


def _condition(name: str, value: Any, dictionaries: Dictionaries) -> str:
    items = value if _is_list(value) else [value]
    # A filter may have thousands of ids. Only those that are shown are looked up.
    words = [word for item in items[:MAX_NAMES] for word in _words(item, dictionaries)]
    return f"{_spaced(name)} {_listed(words, len(items) - MAX_NAMES)}".strip()


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


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
    kind = kind_of(text)
    named = (one for one in dictionaries.all(kind) if one["id"] == text) if kind else iter(())
    found = next(named, None)
    return str(found.get("name") or found.get("slug") or text) if found else None


def _listed(words: Iterable[str], more: int) -> str:
    return ", ".join(words) + (f" and {more:,} more" if more > 0 else "")


def _spaced(name: str) -> str:
    """Return a field of an input as words: `stock availability` for `stockAvailability`."""
    return _WORDS.get(name) or "".join(
        f" {letter.lower()}" if letter.isupper() else letter for letter in name
    )
