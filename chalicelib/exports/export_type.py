"""ExportType: everything that distinguishes one kind of export, as data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.catalog.documents import RecordMaker
from chalicelib.domain.request import ExportRequest, Formulas, Scope
from chalicelib.exports.column_keys import ColumnKeys
from chalicelib.exports.columns import Column
from chalicelib.exports.input_options import SCOPED, InputOption
from chalicelib.words.text import Text, reword, say

Input = Mapping[str, Any]
Predicate = Callable[[Any], bool]


class Part(msgspec.Struct, gc=False):
    """Some fields of a document."""


@dataclass(frozen=True, slots=True)
class Order:
    """A field that orders records; it is of one type in all of them."""

    field: str
    is_descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InputContext:
    """The facts that reading an input needs and that the input does not hold."""

    dictionaries: Dictionaries
    formulas: Formulas
    max_ids: int


@dataclass(frozen=True, slots=True)
class RecordNames:
    """What people call a record: its name, and others such as a slug or SKUs."""

    name: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltInTemplate:
    """A template that every shop has. `make_request` makes it for the records of one shop."""

    id: str
    name: str
    make_request: Callable[[Dictionaries], ExportRequest]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportType:
    """One kind of export, and everything that makes it reachable.

    Names:
        name, label           as jobs store it, and as people read it
        whole_label           the label of the records that are ever exported; "" if all of them are
        singular              one record, for `ops show`
        file_prefix           the start of the file's name
        mutation, input_type  the names in GraphQL
        id_type               the type in the global ids of its records
    Requests:
        permission            needed to create, list and download exports and read dictionaries
        dictionaries          the kinds that an input can name by id
        read_input            from an input to a request; RequestRefused if it is wrong
        templates             the templates that every shop has
        options, scopes       the input's fields on the command line, and the scopes it accepts
    Records:
        record_makers         the makers of kinds that only this type reads
        kind                  the kind that a request reads; RequestRefused if it names none
        number                the number of a record, from its global id
        predicate             admits records; None: all
        order                 orders records within batches of 1,000; empty: by number
        part                  the `Part` that predicate and order of a request read; or a dict
        live_kinds            the kinds that are read from a connected shop instead of the table
        live_filters          the filter fields whose facts an export with fresh facts reads again
        names                 the names of a whole document, None if people do not know any
        has_secret_names      whether names are codes: only whole ones are found
        is_found_in_shop      whether a connected shop finds records of its live kinds by id
        filter_versions       the versions of documents that filter fields need; 0 if not named
    Rows:
        columns               the columns of a request
        column_keys           all columns by key, for inputs that choose them one by one
        rows_key              the list with one row per item; None: one row per record
        has_blocks            whether records are stored column by column as well
    """

    name: str
    singular: str
    label: str
    permission: str
    file_prefix: str
    mutation: str
    input_type: str
    id_type: str
    read_input: Callable[[InputContext, Input], ExportRequest]
    kind: Callable[[ExportRequest], str]
    number: Callable[[str], int]
    columns: Callable[[ExportRequest, Dictionaries], list[Column]]
    whole_label: str = ""
    column_keys: ColumnKeys = field(default_factory=lambda: ColumnKeys({}))
    options: tuple[InputOption, ...] = SCOPED
    scopes: tuple[Scope, ...] = tuple(Scope)
    templates: tuple[BuiltInTemplate, ...] = ()
    dictionaries: tuple[str, ...] = ()
    record_makers: Mapping[str, RecordMaker] = field(default_factory=dict)
    rows_key: str | None = None
    has_blocks: bool = False
    predicate: Callable[[ExportRequest, Dictionaries, datetime], Predicate | None] = (
        lambda request, dictionaries, now: None
    )
    order: tuple[Order, ...] = ()
    part: Callable[[ExportRequest], Any] = lambda request: dict[str, Any]
    live_kinds: tuple[str, ...] = ()
    live_filters: frozenset[str] = frozenset()
    names: Callable[[dict[str, Any]], RecordNames] | None = None
    has_secret_names: bool = False
    is_found_in_shop: bool = False
    filter_versions: Mapping[str, int] = field(default_factory=dict)

    def since(self, request: ExportRequest, columns: Iterable[Column]) -> int:
        """Return the version of documents that a request with these columns needs."""
        filtered = request.filter if request.scope is Scope.FILTER else ()
        versions = [self.filter_versions.get(name, 0) for name in filtered]
        return max([*versions, *(column.since for column in columns)], default=0)

    @property
    def leaves_out(self) -> bool:
        """Return whether some records are never exported, whatever the scope."""
        return bool(self.whole_label)

    @property
    def title(self) -> Text:
        """Return the label as the beginning of a line."""
        return reword(say(self.label), str.capitalize)

    @property
    def input_name(self) -> str:
        """Return the name among inputs of any type: `giftCards` for `exportGiftCards`."""
        name = self.mutation.removeprefix("export")
        return name[0].lower() + name[1:]

    @property
    def word(self) -> str:
        """Return the name as the command line spells it: `gift-cards`."""
        return self.name.replace("_", "-")
