"""A file made of blocks has the bytes of the file made of documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.catalog.document_codec import to_json
from chalicelib.catalog.column_block import make_block
from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.catalog.kinds import SHOP, key_of
from chalicelib.domain.block import Block
from chalicelib.domain.file_options import (
    CellTypes,
    CsvOptions,
    DecimalMark,
    Delimiter,
    Descriptions,
    Encoding,
    Layout,
    LayoutOptions,
    Names,
)
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import ExportRequest, Formulas
from chalicelib.errors import CatalogIncomplete
from chalicelib.exports.columns import Column, Level, read_facts
from chalicelib.exports.product_columns import FIELDS, ID, product_columns
from chalicelib.exports.product_keys import PRODUCT_KEYS
from chalicelib.formats.cells import CellKind
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.formats.registry import FileType
from chalicelib.rendering.block_rows import compile_block_rows, groups_of
from chalicelib.rendering.exporter import prepare
from chalicelib.rendering.row_compiler import compile_rows
from tests.catalog_files import PRODUCT_TYPE, id_of, make_collection, make_warehouse
from tests.factories import fill, make_attribute, make_channel
from tests.fake_catalog import FakeCatalogSource
from tests.fakes import START

Document = dict[str, Any]
CSV = CsvFormat(Formulas.ESCAPE)
ATTRIBUTES = [id_of("Attribute", slug) for slug in ("colour", "size", "both")]
WAREHOUSES = [make_warehouse(name)["id"] for name in ("north", "south")]
CHANNELS = [id_of("Channel", slug) for slug in ("eu", "jp")]
EDITOR_JS = '{"blocks": [{"type": "paragraph", "data": {"text": "<b>Soft</b> &amp;amp; warm"}}]}'
CATEGORY = {
    "id": encode_global_id("Category", 1), "slug": "tea", "name": "Tea", "ancestors": {"edges": []},
}  # fmt: skip


def make_source(page_size: int = 100, *, is_synced: bool = True) -> FakeCatalogSource:
    """A catalogue without products."""
    source = FakeCatalogSource(page_size)
    source.add(SHOP, 1, {"is_synced": is_synced, "languages": ["de"]})
    fill(
        source,
        "attributes",
        make_attribute(1, "colour", inputType="NUMERIC"),
        make_attribute(2, "size", of_products=False, of_variants=True),
        make_attribute(3, "both", of_variants=True),
    )
    fill(source, "warehouses", make_warehouse("north"), make_warehouse("south"))
    fill(source, "channels", make_channel(1, "eu"), make_channel(2, "jp", currencyCode="JPY"))
    fill(source, "categories", CATEGORY)
    fill(source, "collections", make_collection(1), make_collection(2))
    fill(source, "product_types", PRODUCT_TYPE)
    return source


DICTIONARIES = Dictionaries(make_source(), "default")
KEYS = [key for key, _ in PRODUCT_KEYS.list(DICTIONARIES)]


def columns_of(*keys: str) -> list[Column]:
    found = (PRODUCT_KEYS.find(key, DICTIONARIES) for key in keys)
    return [column for column in found if column]


def all_columns() -> list[Column]:
    """Every column of products that a request can name."""
    chosen = {"attributes": ATTRIBUTES, "warehouses": WAREHOUSES, "channels": CHANNELS}
    request = ExportRequest(export_type="products", parameters={"fields": tuple(FIELDS), **chosen})
    by_key = columns_of(*KEYS, "product.metadata.a", "variant.metadata.a")
    return [*product_columns(request, DICTIONARIES), *by_key]


COLUMNS = all_columns()
IN_BLOCKS = [key for key in KEYS if not read_facts(columns_of(key))]
TEXTS = st.one_of(
    st.sampled_from(
        ["a", "=1+1", '"', "a,b;c\td", "\r\n", "ü€😀", "\ud800", "\x00", "_x0041_", "null", "0"]
    ),
    st.text(max_size=5),
)
TIMES = st.sampled_from(["", "2026-01-02T03:04:05+00:00", "2026-12-31T23:59:59.5+02:00"])
BOOLEANS = st.sampled_from(["True", "False"])
AMOUNTS = st.sampled_from(["", "10.500", "1200.000", "-1.000"])
CURRENCIES = st.sampled_from(["EUR", "JPY"])


def by_key(ids: Sequence[str], cells: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({}, optional={key_of(one): cells for one in ids})


SHARED: dict[str, st.SearchStrategy[Any]] = {
    "id": TEXTS, "weight": TEXTS, "media": TEXTS, "attributes": by_key(ATTRIBUTES, TEXTS),
}  # fmt: skip
THRESHOLDS = st.sampled_from(["", "0", "7"])
VARIANTS = st.fixed_dictionaries(
    {},
    optional={
        **SHARED,
        "sku": TEXTS,
        "stocks": by_key(WAREHOUSES, st.sampled_from([0, 7, -3, 2**40])),
        "listings": by_key(CHANNELS, st.tuples(AMOUNTS, CURRENCIES, AMOUNTS, THRESHOLDS)),
    },
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        **SHARED,
        "name": TEXTS,
        "description": TEXTS | st.just(EDITOR_JS),
        "product_type": st.sampled_from([1, 404]),
        "category": st.sampled_from([1, 404]),
        "collections": st.lists(st.sampled_from([1, 2, 404]), unique=True, min_size=1),
        "listings": by_key(CHANNELS, st.tuples(CURRENCIES, BOOLEANS, TIMES, BOOLEANS, TIMES)),
        "variants": st.lists(VARIANTS, max_size=3),
    },
)
LAYOUTS = st.builds(
    LayoutOptions,
    layout=st.sampled_from(Layout),
    time_zone=st.sampled_from([None, "Asia/Kolkata"]),
    descriptions=st.sampled_from([None, *Descriptions]),
    names=st.sampled_from([None, *Names]),
    types=st.sampled_from([None, *CellTypes]),
)
CSV_OPTIONS = st.builds(
    CsvOptions,
    delimiter=st.sampled_from(Delimiter),
    bom=st.booleans(),
    decimal=st.sampled_from(DecimalMark),
    encoding=st.sampled_from(Encoding),
)
REQUESTS = st.builds(
    ExportRequest,
    export_type=st.just("products"),
    parameters=st.lists(st.sampled_from(IN_BLOCKS), min_size=1, max_size=12).map(
        lambda keys: {"columns": [{"key": key} for key in keys]}
    ),
    file_type=st.sampled_from(FileType),
    formulas=st.sampled_from(Formulas),
    csv=CSV_OPTIONS,
    layout=LAYOUTS,
)


def read_both_ways(source: FakeCatalogSource, request: ExportRequest) -> list[bytes]:
    """The file made of documents, and the one made of blocks."""
    exporter = prepare(request, source, "default", START)
    buckets = source.find_buckets("default", "products")
    documents = list(source.read_buckets("default", "products", buckets))
    blocks = list(source.read_blocks("default", "products", buckets, exporter.groups))
    assert all(isinstance(page, Block) for page in blocks)
    return [b"".join(exporter.finish(exporter.render(pages))) for pages in (documents, blocks)]


@settings(max_examples=200)
@given(st.lists(DOCUMENTS, min_size=1, max_size=6), REQUESTS, st.sampled_from([1, 2, 100]))
def test_a_file_made_of_blocks_is_the_one_made_of_documents(
    documents: list[Document], request: ExportRequest, records_per_block: int
) -> None:
    source = make_source(records_per_block)
    for number, document in enumerate(documents, start=1):
        source.add("products", number, document)
    of_documents, of_blocks = read_both_ways(source, request)
    assert of_blocks == of_documents


def test_thousands_of_variants_stand_between_products_without_any() -> None:
    source = make_source()
    variants = [{"sku": f"s{n}", "stocks": {key_of(WAREHOUSES[0]): n}} for n in range(3_000)]
    for number, held in enumerate([[], variants, [{}], []], start=1):
        source.add("products", number, {"name": f"n{number}", "variants": held})
    keys = ("product.name", "variant.sku", "variant.stock.north", "product.charge_taxes")
    columns = [{"key": key} for key in keys]
    request = ExportRequest(export_type="products", parameters={"columns": columns})
    of_documents, of_blocks = read_both_ways(source, request)
    assert of_blocks == of_documents
    assert of_blocks.splitlines()[-3:] == [b"n2,s2999,2999,", b"n3,,,", b"n4,,,"]


@pytest.mark.parametrize("key", ["product.type", "product.category", "product.collections"])
def test_a_name_that_no_dictionary_has_fails_the_export(key: str) -> None:
    source = make_source(is_synced=False)
    source.add("products", 1, {"product_type": 404, "category": 404, "collections": [404]})
    request = ExportRequest(export_type="products", parameters={"columns": [{"key": key}]})
    with pytest.raises(CatalogIncomplete, match="not loaded"):
        read_both_ways(source, request)
    exporter = prepare(request, source, "default", START)
    buckets = source.find_buckets("default", "products")
    blocks = source.read_blocks("default", "products", buckets, exporter.groups)
    with pytest.raises(CatalogIncomplete, match="not loaded"):
        list(exporter.render(blocks))


STORED: dict[Any, Any] = {
    ("product_type",): 1, ("category",): 1, ("collections",): [1], ("description",): EDITOR_JS,
}  # fmt: skip


def document_with(column: Column) -> Document:
    """A document with a cell in this column, and nothing else."""
    part = STORED.get(column.path, 7 if column.kind is CellKind.NUMBER else "text")
    for step in reversed(column.path):
        part = {step: part} if isinstance(step, str) else [*[""] * step, part]
    return part if column.level is Level.RECORD else {"variants": [part]}


def block_of(*documents: Document) -> Block:
    block = make_block(documents)
    return Block(len(documents), {name: to_json(group) for name, group in block.items()})


@pytest.mark.parametrize("column", COLUMNS, ids=lambda one: f"{one.header} {one.level.name}")
def test_blocks_have_every_column_that_is_no_fact(column: Column) -> None:
    groups = groups_of([column])
    assert bool(groups) is not read_facts([column])
    if groups:
        documents = [document_with(column), {}]
        [made, other] = compile_rows([column], CSV, "variants")(list(map(to_json, documents)))
        assert made != other == b"\r\n"
        assert list(compile_block_rows([column], CSV)(block_of(*documents))) == [made, other]


def test_a_column_that_blocks_lack_is_read_from_documents() -> None:
    unknown = Column("colour", CellKind.TEXT, Level.RECORD, ("colour",))
    assert groups_of([ID, unknown]) == frozenset()


KEY_TEXTS = st.text(st.one_of(st.sampled_from('"\\\n\0\x7f'), st.characters(codec="utf-8")))


@given(st.lists(KEY_TEXTS, min_size=2, max_size=6, unique=True))
def test_any_key_can_be_read_from_blocks(keys: list[str]) -> None:
    columns = [Column("x", CellKind.BARE, Level.ROW, ("attributes", key)) for key in keys]
    places = {key: str(place) for place, key in enumerate(keys)}
    documents = [{"variants": [{"attributes": places}]}, {}]
    of_documents = compile_rows(columns, CSV, "variants")(list(map(to_json, documents)))
    block = block_of(*documents)
    groups = {name: block.groups[name] for name in groups_of(columns)}
    assert compile_block_rows(columns, CSV)(Block(2, groups)) == of_documents


@pytest.mark.parametrize("other", [["1", "JPY"], ["2", "EUR"], ["1", "EUR"], ["2", "JPY"]])
def test_an_amount_is_written_with_the_currency_of_its_own_row(other: list[str]) -> None:
    price = Column(
        "price", CellKind.BARE, Level.ROW, ("listings", "1", 0), currency=("listings", "1", 1),
        convert=lambda amount, currency: f"{amount} {currency}",
    )  # fmt: skip
    block = block_of({"variants": [{"listings": {"1": one}} for one in (["1", "EUR"], other)]})
    rows = compile_block_rows([price], CSV)(block)
    assert list(rows) == [b"1 EUR\r\n", f"{' '.join(other)}\r\n".encode()]
