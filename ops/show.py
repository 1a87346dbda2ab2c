"""`show`: print one record of the catalogue, as exports read it, or one export with its events."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

import click

from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.catalog.kinds import hashed_number
from chalicelib.domain.catalog_ports import CatalogSource
from chalicelib.domain.depth import Depth
from chalicelib.domain.global_id import InvalidGlobalId, number_of
from chalicelib.domain.request import ExportRequest, Scope
from chalicelib.errors import NotFound
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.settings import Settings
from ops.exports import show_export
from ops.options import shop_option, stack_option
from ops.stored_exports import StoredExports, open_store

# The kinds of dictionaries. Export types add the kinds of their records.
_DICTIONARIES: Final = {
    "shop": "shop",
    "channel": "channels",
    "warehouse": "warehouses",
    "attribute": "attributes",
    "category": "categories",
    "collection": "collections",
    "product_type": "product_types",
    "voucher": "vouchers",
}
# A request by ids reads the kind in which a record is found by its id alone.
_RECORDS: Final = {
    one.kind(ExportRequest(export_type=one.name, scope=Scope.IDS)): one
    for one in EXPORT_TYPES.values()
}
SINGULARS: Final = _DICTIONARIES | {one.singular: kind for kind, one in _RECORDS.items()}
_NUMBERS: Final = {"warehouses": hashed_number} | {
    kind: one.number for kind, one in _RECORDS.items()
}
NAMES_PER_RECORD: Final = ("id", "slug", "sku", "code")


def kind_of(word: str) -> str:
    """Return the kind for a word: "gift_cards" for "Gift-Card"; NotFound if there is none."""
    plain = word.lower().replace("-", "_")
    kind = SINGULARS.get(plain, plain)
    if kind.partition(":")[0] not in SINGULARS.values():
        raise NotFound(f"There is no kind {word}. The kinds are {', '.join(SINGULARS)} and export.")
    return kind


def get_record(source: CatalogSource, shop: str, kind: str, key: str) -> dict[str, Any]:
    """Return a record's document by global id, number, slug, SKU or code; NotFound if absent."""
    number = _number(kind, key)
    if number is not None:
        for document in _documents(source.read_numbers(shop, kind, [number], depth=Depth.WHOLE)):
            return document
    # No index has slugs and codes, so the kind is read until one fits.
    pages = source.read_buckets(shop, kind, source.find_buckets(shop, kind), depth=Depth.WHOLE)
    for document in _documents(pages, containing=key):
        if key in _names(document):
            return document
    raise NotFound(f"The shop {shop} has no {key} among its {kind.replace('_', ' ')}.")


def _number(kind: str, key: str) -> int | None:
    if key.isascii() and key.isdigit():
        return int(key)
    try:
        return _NUMBERS.get(kind, number_of)(key)
    except (InvalidGlobalId, ValueError):
        return None


def _documents(pages: Iterable[list[bytes]], containing: str = "") -> Iterable[dict[str, Any]]:
    # Looking into the bytes first: decoding all of a large kind takes minutes.
    needle = json.dumps(containing, ensure_ascii=False)[1:-1].encode()
    return (json.loads(document) for page in pages for document in page if needle in document)


def _names(document: dict[str, Any]) -> set[str]:
    parts = (document, document.get("facts", {}), *document.get("variants", ()))
    return {part[name] for part in parts for name in NAMES_PER_RECORD if part.get(name)}


@click.command("show", short_help="Print one record of the catalogue, or one export.")
@click.argument("kind")
@click.argument("key", metavar="ID")
@shop_option
@stack_option
def show_command(kind: str, key: str, shop: str, settings: Settings) -> None:
    """Print the record ID of a KIND (product, gift_card, warehouse, …) as exports read it.

    ID is a global id, a number, a slug, a SKU or a code. The KIND export prints an export with its
    events.
    """
    if kind.lower() in ("export", "exports"):
        exports = StoredExports(open_store(settings), shop)
        click.echo(show_export(exports, key, as_json=True))
        return
    source = DynamoCatalogSource(settings.catalog_table)
    click.echo(
        json.dumps(get_record(source, shop, kind_of(kind), key), indent=2, ensure_ascii=False)
    )
