"""ExportType: everything that distinguishes one kind of export, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.request import ExportRequest, Formulas, Scope
from chalicelib.exports.columns import Column
from chalicelib.exports.input_options import SCOPED, InputOption

Input = Mapping[str, Any]
Predicate = Callable[[dict[str, Any]], bool]
SortKey = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputContext:
    """The facts that reading an input needs and that the input does not hold."""

    dictionaries: Dictionaries
    formulas: Formulas
    max_ids: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportType:
    """One kind of export, and everything that makes it reachable.

    Names: `name` is stored with jobs, `singular` is one record in `ops show`, `label` is for people, `file_prefix`
    starts the file's name, `mutation` and `input_type` are GraphQL names, `id_type` is the type in global ids.

    Requests: `read_input` turns the mutation's input into a request or raises RequestRefused, `options` are the
    input's fields on the command line, `scopes` are the scopes it accepts, `dictionaries` are the kinds that the input
    names by id. Whoever has `permission` may read those and may create, list and download the exports.

    Records: `kind` names where they are stored (RequestRefused if the request does not say), `number` reads the record
    number from a global id, `rows_key` names the list with one row per item (None: one row per record), `predicate`
    admits records (None: all), `sort_key` orders records within batches of 1,000 (None: by record number).
    `leaves_out` says that some records are never exported, whatever the scope.
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
    options: tuple[InputOption, ...] = SCOPED
    scopes: tuple[Scope, ...] = tuple(Scope)
    dictionaries: tuple[str, ...] = ()
    rows_key: str | None = None
    predicate: Callable[[ExportRequest, Dictionaries, datetime], Predicate | None] = (
        lambda request, dictionaries, now: None
    )
    sort_key: SortKey | None = None
    leaves_out: bool = False

    @property
    def word(self) -> str:
        """Return the name as the command line spells it: `gift-cards`."""
        return self.name.replace("_", "-")
