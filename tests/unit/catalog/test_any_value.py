"""No value in any field loads and then fails or falsifies an export."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from typing import Any

import pytest

from chalicelib.adapters.catalog.document_codec import decode_document, encode_document
from chalicelib.catalog.cell_texts import url_text
from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.catalog.documents import CatalogRecord, records_of
from chalicelib.catalog.kinds import VOUCHER_CODES_BY_ID, family_of
from chalicelib.catalog.node_reader import InvalidNode
from chalicelib.domain.request import ExportRequest, Formulas, Scope
from chalicelib.exports.product_columns import FIELDS
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.filters import gift_cards, products
from chalicelib.formats.registry import FileType
from chalicelib.rendering.exporter import Exporter, prepare
from tests.catalog_files import REAL_CATALOG
from tests.fake_catalog import FakeCatalogSource
from tests.fakes import START
from tests.unit.catalog.leaves import (
    REPLACEMENTS,
    Path,
    find_shapes,
    get_part,
    read_nodes,
    replace_leaf,
)

pytestmark = pytest.mark.skipif(
    not REAL_CATALOG.exists(), reason="../shared/saleor/catalog is not here"
)
Rows = list[list[str]]
DICTIONARIES = (
    "attributes",
    "warehouses",
    "channels",
    "categories",
    "collections",
    "product_types",
)
# Products of this type have a value of every input type.
VOUCHER = "Vm91Y2hlcjo1"
RICH_TYPE = "ref-all"
RANGE = {"gte": 1, "lte": 100}
FILTERS: dict[str, list[dict[str, Any]]] = {
    "products": [
        {"isPublished": True},
        {"publishedFrom": "2026-01-01T00:00:00+00:00"},
        {"isAvailable": True},
        {"availableFrom": "2026-01-01T00:00:00+00:00"},
        {"isVisibleInListing": True},
        {"price": RANGE},
        {"minimalPrice": RANGE},
        {"stockAvailability": "IN_STOCK"},
        {"stocks": {"quantity": RANGE}},
        {"collections": ["Q29sbGVjdGlvbjo0"]},
        {"categories": ["Q2F0ZWdvcnk6MjU="]},
        {"hasCategory": True},
        {"productTypes": ["UHJvZHVjdFR5cGU6MjM="]},
        {"ids": ["UHJvZHVjdDoxNTI="]},
        {"slugs": ["apple-juice"]},
        {"named": ["apple-juice", "SKU"]},
        {"giftCard": False},
        {"hasPreorderedVariants": True},
        {"attributes": [{"slug": "p-dropdown", "values": ["a"]}]},
        {"attributes": [{"slug": "p-num", "valuesRange": RANGE}]},
        {"attributes": [{"slug": "p-date", "date": {"gte": "2026-01-01"}}]},
        {"attributes": [{"slug": "p-bool", "value": {"boolean": True}}]},
        {"attributes": [{"slug": "p-num", "value": {"numeric": {"range": RANGE}}}]},
        {"search": "apple -juice"},
        {"metadata": [{"key": "a", "value": "b"}]},
        {"updatedAt": {"gte": "2026-01-01T00:00:00+00:00"}},
        {"channel": "default-channel"},
    ],
    "gift_cards": [
        {"isActive": True},
        {"used": True},
        {"tags": ["a"]},
        {"products": ["UHJvZHVjdDoxNTI="]},
        {"usedBy": ["VXNlcjox"]},
        {"assignedTo": ["VXNlcjox"]},
        {"currency": "USD"},
        {"code": "text"},
        {"currentBalance": RANGE, "currency": "USD"},
        {"initialBalance": RANGE, "currency": "USD"},
        {"createdByEmail": "a@b.example"},
        {"metadata": [{"key": "a", "value": "b"}]},
    ],
}


def make_source(*instead: CatalogRecord) -> FakeCatalogSource:
    """The real dictionaries, with these records instead of those of the same number."""
    source = FakeCatalogSource()
    for record in (*dictionary_records(), *instead):
        source.add(record.kind, record.number, record.document)
    return source


@cache
def dictionary_records() -> tuple[CatalogRecord, ...]:
    nodes = [(kind, node) for kind in DICTIONARIES for node in read_nodes(kind)]
    return tuple(record for kind, node in nodes for record in records_of(kind, node))


def ids_of(source: FakeCatalogSource, kind: str) -> list[str]:
    return [document["id"] for document in source.find_dictionary("default", kind)]


def make_exporters(source: FakeCatalogSource) -> list[tuple[FileType, Exporter]]:
    """The exporters of every column of every type, as CSV and as XLSX."""
    columns = {kind: ids_of(source, kind) for kind in ("attributes", "warehouses", "channels")}
    parameters = {"fields": list(FIELDS), **columns, "voucher_id": VOUCHER}
    requests = [
        ExportRequest(export_type=name, parameters=parameters, file_type=one, formulas=Formulas.RAW)
        for name in EXPORT_TYPES
        for one in FileType
    ]
    return [(FileType(one.file_type), prepare(one, source, "default", START)) for one in requests]


def make_predicates(source: FakeCatalogSource, name: str) -> list[Any]:
    """The predicates of every filter of an export type."""
    channel = {"channels": ids_of(source, "channels")[:1]}
    requests = [
        ExportRequest(export_type=name, scope=Scope.FILTER, filter=one, parameters=channel)
        for one in FILTERS.get(name, ())
    ]
    dictionaries = Dictionaries(source, "default")
    return [EXPORT_TYPES[name].predicate(one, dictionaries, START) for one in requests]


class Exports:
    """Every export of a catalogue with these dictionaries."""

    def __init__(self, source: FakeCatalogSource) -> None:
        self._exporters = make_exporters(source)
        self._predicates = {kind: make_predicates(source, kind) for kind in FILTERS}

    def of(self, records: list[CatalogRecord]) -> dict[str, Rows]:
        """The rows of the CSV files by kind. Workbooks are written and filters are asked, too."""
        for record in records:
            for admits in self._predicates.get(record.kind, ()):
                assert admits(json.loads(json.dumps(record.document))) in (True, False)
        rows = [
            (kind, exporter.kind, rows_of(exporter, records)) for kind, exporter in self._exporters
        ]
        return {
            kind: found for file_type, kind, found in rows if file_type is FileType.CSV and found
        }


def rows_of(exporter: Exporter, records: list[CatalogRecord]) -> Rows:
    """The rows of the file as of a CSV file."""
    listed = [r for r in records if r.kind != VOUCHER_CODES_BY_ID]
    of_kind = [r for r in listed if family_of(r.kind) == family_of(exporter.kind)]
    page = [decode_document(encode_document(cells_of(record))) for record in of_kind]
    content = b"".join(exporter.finish(exporter.render([page])))
    return list(csv.reader(io.StringIO(content.decode("utf-8", "replace"), newline="")))


def cells_of(record: CatalogRecord) -> dict[str, Any]:
    return {name: value for name, value in record.document.items() if name != "facts"}


@cache
def real_exports() -> Exports:
    return Exports(make_source())


@cache
def real_rows(identifier: str) -> Rows:
    """The rows of a product of the real catalogue."""
    return real_exports().of(real_records("products", identifier))["products"]


@cache
def rich_records() -> tuple[CatalogRecord, ...]:
    nodes = [node for node in read_nodes("products") if node["productType"]["slug"] == RICH_TYPE]
    return tuple(record for node in nodes[:2] for record in records_of("products", node))


def is_explained(old: str, new: str, node: Any, path: Path, value: Any) -> bool:
    """Whether a cell shows the value at the path, or the lack of one."""
    if new == old:
        return True
    beside = get_part(node, path[:-1])
    shown = {str(value), url_text(str(value)), "null" if value is None else ""}
    names = (shown | {str(beside.get("slug", ""))}) - {""}
    is_shorter = old.startswith(new) and not value
    return is_shorter or any(name in new for name in names)


def compare(old: Rows, new: Rows, node: Any, path: Path, value: Any) -> None:
    """Every cell of the same header is explained."""
    assert len(old) == len(new)
    for before, after in zip(old[1:], new[1:], strict=True):
        cells = dict(zip(new[0], after, strict=True))
        for header, cell in zip(old[0], before, strict=True):
            where = header, cell, cells.get(header), path, value
            now = cells.get(header, cell)
            assert is_explained(cell, now, node, path, value), where


def changed_records(kind: str, node: Any, path: Path, value: Any) -> list[CatalogRecord] | None:
    """The records of the changed node; None if it is refused, or its records are the same."""
    try:
        changed = list(records_of(kind, replace_leaf(node, path, value)))
    except InvalidNode:
        return None
    return None if changed == real_records(kind, node.get("id")) else changed


@cache
def real_records(kind: str, identifier: str | None) -> list[CatalogRecord]:
    """The records of a node of the real catalogue. The shop has no id."""
    node = next(node for node in read_nodes(kind) if node.get("id") == identifier)
    return list(records_of(kind, node))


def test_there_is_a_filter_for_every_field() -> None:
    for name, fields in (("products", products.FIELDS), ("gift_cards", gift_cards.FIELDS)):
        assert {field for one in FILTERS[name] for field in one} == set(fields)


@pytest.mark.parametrize("value", REPLACEMENTS, ids=repr)
def test_any_value_in_a_product_is_refused_or_exported_as_it_is(value: Any) -> None:
    for node, path in find_shapes("products"):
        changed = changed_records("products", node, path, value)
        if changed is not None:
            new = real_exports().of(changed)
            compare(real_rows(node["id"]), new["products"], node, path, value)


@pytest.mark.parametrize("value", REPLACEMENTS, ids=repr)
@pytest.mark.parametrize("kind", DICTIONARIES)
def test_any_value_in_a_dictionary_is_refused_or_exported_as_it_is(kind: str, value: Any) -> None:
    real = real_exports().of([*rich_records()])
    for node, path in find_shapes(kind):
        changed = changed_records(kind, node, path, value)
        if changed is not None:
            new = Exports(make_source(*changed)).of([*rich_records()])
            compare(real["products"], new["products"], node, path, value)


@pytest.mark.parametrize("value", REPLACEMENTS, ids=repr)
@pytest.mark.parametrize("kind", ["gift_cards", "vouchers"])
def test_any_value_in_a_code_is_refused_or_exported_as_it_is(kind: str, value: Any) -> None:
    for node, path in find_shapes(kind):
        changed = changed_records(kind, node, path, value)
        if changed is not None:
            mutated = replace_leaf(node, path, value)
            codes = [row[0] for rows in real_exports().of(changed).values() for row in rows[1:]]
            assert sorted(codes) == sorted(codes_of(mutated))


def codes_of(node: Any) -> list[str]:
    """The codes that an export of the node has."""
    if "codes" in node:
        return [code["code"] for code in node["codes"]]
    owned = node["usedByEmail"] is not None and node["usedBy"] is None
    return [] if owned or node["lastUsedOn"] is not None else [node["code"]]


@pytest.mark.parametrize("value", REPLACEMENTS, ids=repr)
@pytest.mark.parametrize("kind", ["shop", "product_types"])
def test_any_value_in_a_name_is_refused_or_kept(kind: str, value: Any) -> None:
    for node, path in find_shapes(kind):
        for record in changed_records(kind, node, path, value) or ():
            assert value in record.document.values()
