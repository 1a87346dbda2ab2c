"""Columns as data: the header, the kind of cell and its path in a stored document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final

from chalicelib.formats.cells import CellKind, CellType
from chalicelib.words.text import ENGLISH, in_language, say

FACTS: Final = "facts"
# The widths of columns whose texts are longer than most, in characters.
NAME_WIDTH: Final = 36
TEXT_WIDTH: Final = 60
PathKey = str | int
Path = tuple[PathKey, ...]


class Level(Enum):
    """The level of a document that a column reads from."""

    RECORD = "record"
    ROW = "row"
    # The item of the facts' list that belongs to the row.
    ROW_FACT = "row_fact"


@dataclass(frozen=True, slots=True)
class Join:
    """How a cell is made of a stored value that is not its text.

    `type` is the type of the value in the document. `write` gets the value, "" for an absent one,
    once for each record or row.
    """

    type: Any
    write: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class SpokenHeader:
    """A header as people write it: `text` with {} in the place of a record's name or slug."""

    text: str
    name: str = ""
    slug: str = ""

    def write(self, *, with_name: bool, language: str = ENGLISH) -> str:
        """Return the header in a language, with the record's name or else its slug."""
        text = in_language(say(self.text), language)
        return text.format(self.name if with_name else self.slug)

    @classmethod
    def of(cls, text: str, record: Mapping[str, Any]) -> SpokenHeader:
        """Return a header about a record of a dictionary."""
        return cls(text, record.get("name") or record["slug"], record["slug"])


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `path` leads to its cell: keys of objects, positions in arrays. An absent cell is empty. `join`
    makes the cell of what is there. `since` is the version of documents that has the cell: an
    export of older documents fails. A preview masks the cells of a column that `is_secret`. `type`
    is what the text of the cell means. `convert` makes the text that stands in the file from the
    contract's. `currency` is the code of the currency of its amounts, or the path to it where rows
    differ; `convert` then gets it as well. `spoken` is the header for people, None if the request
    gives one. `width` is the number of characters that people see of a long text, 0 for the usual
    one.
    """

    header: str
    kind: CellKind
    level: Level
    path: Path
    since: int = 0
    is_secret: bool = False
    type: CellType = CellType.TEXT
    convert: Callable[..., str] | None = None
    currency: str | Path = ""
    join: Join | None = None
    spoken: SpokenHeader | None = None
    width: int = 0

    @property
    def beside(self) -> Path:
        """The path to the second value that `convert` gets, () for none."""
        return self.currency if self.convert and isinstance(self.currency, tuple) else ()


def read_facts(columns: Iterable[Column]) -> bool:
    """Return whether a column needs the facts that are stored apart from cells."""
    return any(one.level is Level.ROW_FACT or one.path[:1] == (FACTS,) for one in columns)


def headers_of(columns: Iterable[Column]) -> list[str]:
    """Return all headers, in file order."""
    return [column.header for column in columns]


def with_different_headers(columns: Iterable[Column]) -> list[Column]:
    """Return the columns with a number behind every header that an earlier one has: `name 2`.

    Databases do not tell upper from lower case in names of columns, so headers differ in more.
    """
    seen: Counter[str] = Counter()
    different = []
    for column in columns:
        header, given = column.header, column.header.casefold()
        while header.casefold() in seen:
            seen[given] += 1
            header = f"{column.header} {seen[given]}"
        seen[header.casefold()] += 1
        different.append(replace(column, header=header))
    return different
