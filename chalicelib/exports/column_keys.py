"""Columns one by one: the keys that inputs name, such as `variant.stock.oslo`.

A key is fixed, or begins with a family and ends in an argument: a slug, a global id or a key of
metadata. A fixed key comes before a family.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Final

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.errors import ExportFailed, LimitReached, RequestRefused
from chalicelib.exports.columns import Column
from chalicelib.words.text import say

MAX_COLUMNS: Final = 1_000
MAX_KEY_CHARACTERS: Final = 300
MAX_LABEL_CHARACTERS: Final = 100

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Family:
    """Columns of one kind: one for each record of the dictionary `kind` that `includes` admits.

    `parts` are what a record stands for, where that is more than itself. Without a kind, any
    argument makes a column of itself, and none is listed.
    """

    make: Callable[[Any], Column]
    kind: str | None = None
    includes: Callable[[Record], bool] = lambda record: True
    parts: Callable[[Record], Iterable[Record]] = lambda record: (record,)

    def find(self, argument: str, dictionaries: Dictionaries) -> Column | None:
        """Return the column of a slug, a global id or an argument; None for an unknown record."""
        if self.kind is None:
            return self.make(argument)
        found = dictionaries.index(self, lambda: self._by_name(dictionaries)).get(argument)
        return self.make(found) if found else None

    def list(self, dictionaries: Dictionaries) -> Iterator[tuple[str, Column]]:
        """Yield the arguments that make a column, and the column."""
        return ((record["slug"], self.make(record)) for record in self._records(dictionaries))

    def _by_name(self, dictionaries: Dictionaries) -> dict[str, Record]:
        """Return the first record with each slug and global id. A slug comes before an id."""
        records = list(self._records(dictionaries))[::-1]
        return {one["id"]: one for one in records} | {one["slug"]: one for one in records}

    def _records(self, dictionaries: Dictionaries) -> Iterator[Record]:
        records = filter(self.includes, dictionaries.all(self.kind) if self.kind else ())
        return chain.from_iterable(map(self.parts, records))


@dataclass(frozen=True, slots=True)
class ColumnKeys:
    """The columns of an export type by key."""

    fixed: Mapping[str, Column]
    families: Mapping[str, Family] = field(default_factory=dict)

    def find(self, key: str, dictionaries: Dictionaries) -> Column | None:
        """Return the column of a key, None if the shop has none."""
        if key in self.fixed:
            return self.fixed[key]
        for prefix, family in self.families.items():
            argument = key.removeprefix(f"{prefix}.")
            if argument and argument != key:
                return family.find(argument, dictionaries)
        return None

    def list(self, dictionaries: Dictionaries) -> Iterator[tuple[str, str]]:
        """Yield the keys of all columns that the shop has, with their labels."""
        yield from ((key, column.header) for key, column in self.fixed.items())
        for prefix, family in self.families.items():
            for argument, column in family.list(dictionaries):
                yield f"{prefix}.{argument}", column.header


def read_columns(
    given: Iterable[Mapping[str, Any]] | None, keys: ColumnKeys, dictionaries: Dictionaries
) -> dict[str, Any]:
    """Return the parameter of a request that holds these columns, none for no columns.

    RequestRefused for an unknown column or a label that cannot be printed, LimitReached for many.
    """
    columns = [_read_column(column) for column in given or ()]
    if len(columns) > MAX_COLUMNS:
        message = say("At most {most:,} columns can be given.", most=MAX_COLUMNS)
        raise LimitReached(message, field="columns")
    for column in columns:
        if keys.find(column["key"], dictionaries) is None:
            message = say(
                "This shop has no column {key}. Remove it, or choose one from the list of columns.",
                key=column["key"],
            )
            raise RequestRefused(message, field="columns", code="NOT_FOUND")
    return {"columns": columns} if columns else {}


def chosen_columns(
    chosen: Sequence[Mapping[str, Any]], keys: ColumnKeys, dictionaries: Dictionaries
) -> list[Column]:
    """Return the columns of a request as chosen; ExportFailed if one does not exist any more."""
    return [_column(one["key"], one.get("label"), keys, dictionaries) for one in chosen]


def _column(key: str, label: str | None, keys: ColumnKeys, dictionaries: Dictionaries) -> Column:
    found = keys.find(key, dictionaries)
    if found is None:
        raise ExportFailed(
            say(
                "The shop has no column {key} any more. Remove the column, then export again.",
                key=key,
            )
        )
    return replace(found, header=label, spoken=None) if label else found


def _read_column(given: Mapping[str, Any]) -> dict[str, str]:
    key, label = str(given["key"]), " ".join((given.get("label") or "").split())
    if len(key) > MAX_KEY_CHARACTERS:
        raise _refused(
            say("A key of a column has at most {most} characters.", most=MAX_KEY_CHARACTERS)
        )
    if len(label) > MAX_LABEL_CHARACTERS or not label.isprintable():
        raise _refused(
            say("A label has at most {most} printable characters.", most=MAX_LABEL_CHARACTERS)
        )
    return {"key": key, "label": label} if label else {"key": key}


def _refused(message: str) -> RequestRefused:
    return RequestRefused(message, field="columns", code="INVALID")
