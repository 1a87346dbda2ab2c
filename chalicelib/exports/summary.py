"""One line for people that says what an export was of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import number_of
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.references import kind_of, voucher_ids_of
from chalicelib.filters.fields import is_empty
from chalicelib.words.masks import mask
from chalicelib.words.text import Text, join, reword, say

# A line of a list holds about a hundred characters.
MAX_NAMES: Final = 3
MAX_CONDITIONS: Final = 4
MAX_WORD_CHARACTERS: Final = 40

# The names of bounds in inputs, as people say them.
_WORDS: Final[Mapping[str, str]] = {"gte": "from", "lte": "to", "eq": "is"}
# The fields whose values are names of the schema, not words of people.
_CHOICES: Final = frozenset({"stockAvailability"})
# Lists, mails and shared templates show the line: whoever has a code has money.
_SECRETS: Final = frozenset({"code"})


def summarize(export_type: ExportType, request: ExportRequest, dictionaries: Dictionaries) -> Text:
    """Return a line such as "Products matching search tea, categories Tea · 6 fields, 1 channel".

    Ids in a filter are given by name. Long lists are cut: the request has them all. A dictionary is
    read only if the filter names a record of it: people wait for the line.
    """
    parts = (_records(export_type, request, dictionaries), _choices(request))
    return join(" · ", filter(None, parts))


def _choices(request: ExportRequest) -> Text:
    """Return how many columns were chosen, by the lists of the request."""
    chosen = [
        (name, len(items))
        for name, items in request.parameters.items()
        if name != "voucher_ids" and _is_list(items) and items
    ]
    return join(", ", (_counted(name, count) for name, count in chosen))


def _counted(name: str, count: int) -> Text:
    return say("{count:,} {noun}", count=count, noun=_noun(name, count))


def _noun(plural: str, count: int) -> Text:
    return say(plural if count > 1 else plural.removesuffix("s"))


def _records(export_type: ExportType, request: ExportRequest, dictionaries: Dictionaries) -> Text:
    if request.scope is Scope.IDS:
        label = _noun(export_type.label, len(request.ids))
        return say("{count:,} selected {label}", count=len(request.ids), label=label)
    if request.scope is Scope.FILTER:
        shown = _conditions(request, dictionaries)
        return say("{label} matching {shown}", label=export_type.title, shown=shown)
    if vouchers := voucher_ids_of(request):
        numbers = [str(number_of(one)) for one in vouchers[:MAX_NAMES]]
        listed = _listed(numbers, len(vouchers) - MAX_NAMES)
        text = "{label} of vouchers {numbers}" if vouchers[1:] else "{label} of voucher {numbers}"
        return say(text, label=export_type.title, numbers=listed)
    return say("All {label}", label=say(export_type.label))


def _conditions(request: ExportRequest, dictionaries: Dictionaries) -> Text:
    conditions = [
        _condition(name, value, dictionaries)
        for name, value in request.filter.items()
        if not is_empty(value)
    ]
    return _listed(conditions[:MAX_CONDITIONS], len(conditions) - MAX_CONDITIONS)


def _condition(name: str, value: Any, dictionaries: Dictionaries) -> Text:
    items = value if _is_list(value) else [value]
    # A filter may have thousands of ids. Only those that are shown are looked up.
    words = [word for item in items[:MAX_NAMES] for word in _words(name, item, dictionaries)]
    listed = _listed(words, len(items) - MAX_NAMES)
    return reword(join(" ", (say(_spaced(name)), listed)), str.strip)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _words(name: str, item: Any, dictionaries: Dictionaries) -> list[str]:
    """Return an item of a field as words; of an object, what is given in it."""
    if isinstance(item, Mapping):
        return [_condition(inner, value, dictionaries) for inner, value in item.items()]
    if item is not None and name in _CHOICES:
        return [say(str(item))]
    if item is not None and name in _SECRETS:
        return [mask(str(item))]
    return [] if item is None else [_word(item, dictionaries)]


def _word(item: Any, dictionaries: Dictionaries) -> str:
    if isinstance(item, bool):
        return say("yes") if item else say("no")
    text = _name_of(str(item), dictionaries) or str(item)
    is_long = len(text) > MAX_WORD_CHARACTERS
    return f"{text[:MAX_WORD_CHARACTERS]}…" if is_long else text


def _name_of(text: str, dictionaries: Dictionaries) -> str | None:
    """Return the name of a record of a dictionary by its global id, None for other texts."""
    kind = kind_of(text)
    named = (one for one in dictionaries.all(kind) if one["id"] == text) if kind else iter(())
    found = next(named, None)
    return str(found.get("name") or found.get("slug") or text) if found else None


def _listed(words: Iterable[str], more: int) -> Text:
    listed = join(", ", words)
    return join("", (listed, say(" and {more:,} more", more=more))) if more > 0 else listed


def _spaced(name: str) -> str:
    """Return a field of an input as words: `stock availability` for `stockAvailability`."""
    return _WORDS.get(name) or "".join(
        f" {letter.lower()}" if letter.isupper() else letter for letter in name
    )
