"""The parts of a CSV export in memory, without transport: pages, documents, rows."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from benchmarks.shop import RECORDED, SHOP, Catalog, lean_pages, make_catalog
from chalicelib.adapters.catalog.document_codec import decode_document
from chalicelib.adapters.catalog.lean_dynamodb import PAGE_DECODER
from chalicelib.adapters.catalog.presets import make_preset
from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.request import ExportRequest
from chalicelib.exports.columns import Column
from chalicelib.exports.product_columns import product_columns
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.rendering.row_compiler import RowMaker, compile_rows


class _Recorded:
    """A catalogue that holds dictionaries only."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def find_dictionary(self, shop: str, kind: str, *, since: int = 0) -> tuple[Any, ...]:
        return tuple(self._catalog.dictionaries[kind])


@dataclass(frozen=True)
class Rendered:
    """An export of a catalogue, part by part."""

    catalog: Catalog
    request: ExportRequest

    @cached_property
    def pages(self) -> list[bytes]:
        """Return the answers of DynamoDB."""
        return lean_pages(self.catalog)

    @cached_property
    def stored(self) -> list[bytes]:
        """Return the documents as they are stored."""
        items = [item for page in self.pages for item in PAGE_DECODER.decode(page).Items]
        return [item.document.B for item in items if item.document]

    @cached_property
    def documents(self) -> list[bytes]:
        """Return the documents."""
        preset = make_preset(self.catalog.products)
        return [decode_document(one, preset) for one in self.stored]

    @cached_property
    def columns(self) -> list[Column]:
        """Return the columns of the request."""
        dictionaries = Dictionaries(_Recorded(self.catalog), SHOP)  # type: ignore[arg-type]
        return product_columns(self.request, dictionaries)

    @cached_property
    def make_rows(self) -> RowMaker:
        """Return the function from documents to their rows."""
        return compile_rows(self.columns, CsvFormat(self.request.formulas), "variants")

    @cached_property
    def content(self) -> bytes:
        """Return the rows of the file."""
        return self.make_rows(self.documents).joined()


def ready_content(request: ExportRequest) -> bytes:
    """Return the rows of the recorded catalogue as CSV."""
    return Rendered(make_catalog(RECORDED), request).content


def ready_rows(request: ExportRequest) -> list[list[str]]:
    """Return the rows of the recorded catalogue as `csv.writer` takes them."""
    return list(csv.reader(io.StringIO(ready_content(request).decode(), newline="")))
