"""The products that benchmarks export, as recorded pages of the catalogue table."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from chalicelib.adapters.catalog.item import FACTS, make_item
from chalicelib.adapters.catalog.presets import make_preset, preset_item
from chalicelib.catalog.documents import records_of
from chalicelib.domain.file_options import Layout, LayoutOptions
from chalicelib.domain.request import ExportRequest, Formulas
from chalicelib.domain.segment import NUMBERS_PER_BUCKET
from chalicelib.formats.registry import FileType
from local.demo_catalog import write_catalog

RECORDED: Final = 5_000
SHOP: Final = "bench"
PAGE_BYTES: Final = 1_000_000
DICTIONARY_KINDS: Final = (
    "attributes", "warehouses", "channels", "categories", "collections", "product_types",
)  # fmt: skip
FIELDS: Final = (
    "NAME", "DESCRIPTION", "PRODUCT_TYPE", "CATEGORY", "PRODUCT_WEIGHT", "COLLECTIONS",
    "CHARGE_TAXES", "PRODUCT_MEDIA", "VARIANT_ID", "VARIANT_SKU", "VARIANT_WEIGHT", "VARIANT_MEDIA",
)  # fmt: skip
DEFAULT_FIELDS: Final = ("NAME", "PRODUCT_TYPE", "CATEGORY", "VARIANT_SKU", "VARIANT_WEIGHT")
FIELDS_OF: Final = {
    "default": DEFAULT_FIELDS,
    "described": (*DEFAULT_FIELDS, "DESCRIPTION"),
}
ATTRIBUTES: Final = ("material", "brand", "size", "colour", "volume")
CHANNELS: Final = ("web-eu", "web-us")


@dataclass(frozen=True)
class Catalog:
    """A shop: `products` as documents, `nodes` as its API gives them, `dictionaries` by kind."""

    products: list[dict[str, Any]]
    nodes: list[dict[str, Any]]
    dictionaries: dict[str, list[dict[str, Any]]]


def make_catalog(products: int = RECORDED) -> Catalog:
    """Return a demo catalogue with so many products."""
    with tempfile.TemporaryDirectory() as made:
        write_catalog(Path(made), products=products, gift_cards=0, vouchers=0)
        nodes = {kind: list(_nodes(Path(made), kind)) for kind in ("products", *DICTIONARY_KINDS)}
    documents = {
        kind: [r.document for node in held for r in records_of(kind, node)]
        for kind, held in nodes.items()
    }
    return Catalog(documents.pop("products"), nodes["products"], documents)


def _nodes(directory: Path, kind: str) -> Iterator[dict[str, Any]]:
    with (directory / f"{kind}.jsonl").open("rb") as lines:
        yield from map(json.loads, lines)


def make_request(catalog: Catalog, columns: str, file_type: FileType) -> ExportRequest:
    """Return a request of `everything`, of `fifteen` columns, or of the five `default` fields.

    `described` are the default fields and descriptions. `everything` is 12 fields, 5 attributes,
    3 warehouses and 2 channels. `people` are the fifteen columns in the layout for people.
    `unlisted` is everything without the channels.
    """
    warehouses = [document["id"] for document in catalog.dictionaries["warehouses"]]
    if columns in FIELDS_OF:
        parameters: dict[str, Any] = {"fields": list(FIELDS_OF[columns])}
    elif columns in ("fifteen", "people"):
        parameters = {"fields": list(FIELDS[:11]), "warehouses": warehouses}
    else:
        parameters = {
            "fields": list(FIELDS),
            "attributes": _ids(catalog, "attributes", ATTRIBUTES),
            "warehouses": warehouses,
            "channels": _ids(catalog, "channels", CHANNELS),
        }
        if columns == "unlisted":
            del parameters["channels"]
    return ExportRequest(
        export_type="products",
        parameters=parameters,
        file_type=file_type,
        formulas=Formulas.ESCAPE,
        layout=LayoutOptions(layout=Layout.PEOPLE if columns == "people" else Layout.CONTRACT),
    )


def _ids(catalog: Catalog, kind: str, slugs: tuple[str, ...]) -> list[str]:
    return [document["id"] for document in catalog.dictionaries[kind] if document["slug"] in slugs]


def lean_pages(catalog: Catalog) -> list[bytes]:
    """Return the answers of `Query` for the documents of each bucket of products."""
    preset = make_preset(catalog.products)
    items = [
        make_item(SHOP, "products", number % NUMBERS_PER_BUCKET, document, preset)
        for number, document in enumerate(catalog.products)
    ]
    buckets = [
        items[start : start + NUMBERS_PER_BUCKET]
        for start in range(0, len(items), NUMBERS_PER_BUCKET)
    ]
    return [answer(list(map(keys_of, held))) for held in buckets]


def find_presets(catalog: Catalog) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the answer for the preset of products, if they have one, by partition and number."""
    preset = make_preset(catalog.products)
    items = [preset_item(SHOP, "products", preset)] if preset else []
    return {
        (item["partition"]["S"], item["number"]["N"]): _travelling(item, "document")
        for item in items
    }


def cells_of(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document without its filter facts."""
    return {name: value for name, value in document.items() if name != FACTS}


def plain_pages(products: list[dict[str, Any]]) -> list[bytes]:
    """Return answers of `Query` over products as native maps and lists, 1 MB each."""
    from boto3.dynamodb.types import TypeSerializer

    serialize = TypeSerializer().serialize
    pages: list[bytes] = []
    items: list[Any] = []
    size = 0
    for number, product in enumerate(products):
        item = serialize(json.loads(json.dumps(product), parse_float=Decimal))
        items.append({"partition": {"S": SHOP}, "sort": {"N": str(number)}, "product": item})
        size += len(json.dumps(product))
        if size >= PAGE_BYTES:
            pages.append(answer(items))
            items, size = [], 0
    return [*pages, answer(items)] if items else pages


def answer(items: list[Any]) -> bytes:
    """Return the body of the last page of a `Query`."""
    return json.dumps({"Count": len(items), "Items": items, "ScannedCount": len(items)}).encode()


def keys_of(item: dict[str, Any], name: str = "document") -> dict[str, Any]:
    """Return an item as the query asks for it, with bytes in base64."""
    return _travelling(item, name) | {"version": item["version"]}


def _travelling(item: dict[str, Any], name: str) -> dict[str, Any]:
    return {"number": item["number"], name: {"B": base64.b64encode(item[name]["B"]).decode()}}


def dictionary_pages(catalog: Catalog, shop: str = SHOP) -> dict[str, bytes]:
    """Return the answers for the dictionaries of a shop, by partition."""
    pages = {}
    for kind, documents in catalog.dictionaries.items():
        items = [
            keys_of(make_item(SHOP, kind, number, document))
            for number, document in enumerate(documents)
        ]
        pages[f"{shop}#{kind}#directory"] = directory({0: len(items)})
        pages[f"{shop}#{kind}#0"] = answer(items)
    return pages


def directory(records: dict[int, int], *, has_blocks: bool = False) -> bytes:
    """Return the answer for a directory of buckets."""
    return answer([_entry(bucket, held, has_blocks) for bucket, held in records.items()])


def _entry(bucket: int, records: int, has_blocks: bool) -> dict[str, Any]:
    entry = {"number": {"N": str(bucket)}, "records": {"N": str(records)}}
    return entry | ({"columns": {"N": index_number(bucket)}} if has_blocks else {})


def index_number(bucket: int) -> str:
    """Return the number of the index of a bucket. Others are made of their content."""
    return str(bucket + 1)
