"""ExportType: everything that makes one kind of export differ from another, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.request import ExportRequest
from chalicelib.exports.columns import Column

Predicate = Callable[[dict[str, Any]], bool]
SortKey = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportType:
    """One kind of export.

    `kind` names where the records are, `number` reads the record number from a global id of type `id_type`, `columns`
    makes the columns of a request, `rows_key` names the list with one row an item, `predicate` admits records (None:
    all), and `sort_key` orders records within batches of 1,000 (None: by record number). `leaves_out` says that some
    records are in no export, whatever the scope.
    """

    name: str
    label: str
    permission: str
    file_prefix: str
    id_type: str
    kind: Callable[[ExportRequest], str]
    number: Callable[[str], int]
    columns: Callable[[ExportRequest, Dictionaries], list[Column]]
    rows_key: str | None = None
    predicate: Callable[[ExportRequest, Dictionaries, datetime], Predicate | None] = (
        lambda request, dictionaries, now: None
    )
    sort_key: SortKey | None = None
    leaves_out: bool = False
