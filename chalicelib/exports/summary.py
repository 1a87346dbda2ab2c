"""One line for people that says what an export was of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

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

_BOUNDS: Final[Mapping[str, str]] = {"gte": "from", "lte": "to", "eq": "is"}
# Names of inputs that people say in other words.
_WORDS: Final[Mapping[str, str]] = {
    **_BOUNDS,
    "isActive": "active",
    "isAvailable": "available for purchase",
    "isPublished": "published",
    "stockAvailability": "availability",
    "updatedAt": "last changed",
}
# The fields whose values are names of the schema.
_CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "stockAvailability": {"IN_STOCK": "in stock", "OUT_OF_STOCK": "out of stock"},
}
# A range of whole days is from the first second of one day to the last second of another.
_WHOLE_DAYS: Final = {"gte": time(0, 0, 0), "lte": time(23, 59, 59)}
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
        shown = _Teller(dictionaries, request.layout.time_zone).conditions(request.filter)
        return say("{label} matching {shown}", label=export_type.title, shown=shown)
    if vouchers := voucher_ids_of(request):
        numbers = [str(number_of(one)) for one in vouchers[:MAX_NAMES]]
        listed = _listed(numbers, len(vouchers) - MAX_NAMES)
        text = "{label} of vouchers {numbers}" if vouchers[1:] else "{label} of voucher {numbers}"
        return say(text, label=export_type.title, numbers=listed)
    return say("All {label}", label=say(export_type.whole_label or export_type.label))


def tell_filter(request: ExportRequest, dictionaries: Dictionaries) -> Text:
    """Return the conditions of a filter in words, nearly all of them; "" without a filter."""
    if request.scope is not Scope.FILTER:
        return Text("")
    return _Teller(dictionaries, request.layout.time_zone, _LONG).conditions(request.filter)


@dataclass(frozen=True, slots=True)
class _Limits:
    """How much is said: conditions of a filter, names of a condition, characters of a name."""

    conditions: int
    names: int
    characters: int


_SHORT: Final = _Limits(MAX_CONDITIONS, MAX_NAMES, MAX_WORD_CHARACTERS)
# A cell of a workbook holds 32,767 characters.
_LONG: Final = _Limits(conditions=50, names=50, characters=200)


@dataclass(frozen=True, slots=True)
class _Teller:
    """What says the conditions of a filter in words. Times are in the zone, UTC without one."""

    dictionaries: Dictionaries
    zone: str | None
    limits: _Limits = _SHORT

    def conditions(self, given: Mapping[str, Any]) -> Text:
        """Return the conditions, separated by commas."""
        chosen = [(name, value) for name, value in given.items() if not is_empty(value)]
        most = self.limits.conditions
        listed = [self.condition(name, value) for name, value in chosen[:most]]
        return _listed(listed, len(chosen) - most)

    def condition(self, name: str, value: Any) -> Text:
        """Return the name of a field and its values."""
        items = value if _is_list(value) else [value]
        # A filter may have thousands of ids. Only those that are shown are looked up.
        words = [word for item in items[: self.limits.names] for word in self._words(name, item)]
        listed = _listed(words, len(items) - self.limits.names)
        return reword(join(" ", (say(word_of(name)), listed)), str.strip)

    def _words(self, name: str, item: Any) -> list[str]:
        """Return an item of a field as words; of an object, what is given in it."""
        if isinstance(item, Mapping):
            return [self.condition(inner, value) for inner, value in item.items()]
        if item is None:
            return []
        if name in _SECRETS:
            return [mask(str(item))]
        if name in _CHOICES:
            return [say(_CHOICES[name].get(item, item))]
        if name in _BOUNDS and (moment := _moment(item, self.zone)):
            return [_day_or_time(name, moment, self.zone)]
        return [self._word(item)]

    def _word(self, item: Any) -> str:
        if isinstance(item, bool):
            return say("yes") if item else say("no")
        text = _name_of(str(item), self.dictionaries) or str(item)
        most = self.limits.characters
        return f"{text[:most]}…" if len(text) > most else text


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _moment(bound: Any, zone: str | None) -> datetime | None:
    """Return a bound as a time in the zone, None if it is another value."""
    if not isinstance(bound, str) or "T" not in bound:
        return None
    try:
        moment = datetime.fromisoformat(bound)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(ZoneInfo(zone) if zone else UTC)
    except (ValueError, OverflowError):
        # The first and the last day of the calendar have no time in some zones.
        return None


def _day_or_time(bound: str, local: datetime, zone: str | None) -> str:
    """Return the day if the bound admits all of it, else the time."""
    if local.time().replace(microsecond=0) == _WHOLE_DAYS.get(bound):
        return f"{local:%Y-%m-%d}"
    return f"{local:%Y-%m-%d %H:%M} {zone or 'UTC'}"


def _name_of(text: str, dictionaries: Dictionaries) -> str | None:
    """Return the name of a record of a dictionary by its global id, None for other texts."""
    kind = kind_of(text)
    named = (one for one in dictionaries.all(kind) if one["id"] == text) if kind else iter(())
    found = next(named, None)
    return str(found.get("name") or found.get("slug") or text) if found else None


def _listed(words: Iterable[str], more: int) -> Text:
    listed = join(", ", words)
    return join("", (listed, say(" and {more:,} more", more=more))) if more > 0 else listed


def word_of(name: str) -> str:
    """Return a field of an input as people say it: `last changed` for `updatedAt`."""
    return _WORDS.get(name) or "".join(
        f" {letter.lower()}" if letter.isupper() else letter for letter in name
    )
