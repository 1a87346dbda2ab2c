"""The preset of a shop: texts that its products are compressed against (ADR 45).

Products of a shop repeat the same keys, ids and phrases. Compressed against the first ten of them,
an item is half as large. The preset is an item of the partition `shop#kind#preset`. Its number is
the one by which documents name it, its `document` has the texts. A preset never changes: other
texts have another number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from chalicelib.adapters.catalog.document_codec import (
    decode_document,
    deflate,
    find_preset_number,
    preset_number,
    to_json,
)
from chalicelib.adapters.catalog.item import FACTS, Item, number_of, partition_of
from chalicelib.adapters.catalog.stored_document import Decode
from chalicelib.adapters.catalog.table import CatalogTable
from chalicelib.errors import CatalogIncomplete
from chalicelib.words.text import say

RECORDS_PER_PRESET: Final = 10
# With 24 KB an item is 3 % smaller, with 8 KB a tenth larger. The preset is copied with each text.
MAX_PRESET_BYTES: Final = 16_384
# One long description must not be all of it.
_MAX_TEXT_BYTES: Final = 4_096
PRESETS_KEPT: Final = 64


def presets_of(shop: str, kind: str) -> str:
    """Return the partition of the presets of a kind."""
    return partition_of(shop, kind, "preset")


def make_preset(documents: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a preset of the first of these documents; nothing if there are fewer than ten."""
    texts = list(map(_text, islice(documents, RECORDS_PER_PRESET)))
    return b"".join(texts)[:MAX_PRESET_BYTES] if len(texts) == RECORDS_PER_PRESET else b""


def _text(document: Mapping[str, Any]) -> bytes:
    """Return the beginning of facts and cells, as they are compressed."""
    cells = {name: value for name, value in document.items() if name != FACTS}
    facts = document.get(FACTS, {})
    return to_json(facts)[:_MAX_TEXT_BYTES] + to_json(cells)[:_MAX_TEXT_BYTES]


def preset_key(shop: str, kind: str, number: int) -> Item:
    """Return the key of a preset."""
    return {"partition": {"S": presets_of(shop, kind)}, "number": {"N": str(number)}}


def preset_item(shop: str, kind: str, preset: bytes) -> Item:
    """Return the item of a preset."""
    return preset_key(shop, kind, preset_number(preset)) | {"document": {"B": deflate(preset)}}


def preset_of(item: Item) -> bytes:
    """Return the texts of the item of a preset; nothing if they are damaged."""
    try:
        return _decode_preset(number_of(item), item["document"]["B"])
    except (KeyError, ValueError):
        return b""


def _decode_preset(number: int, stored: bytes) -> bytes:
    """Return the texts of a preset; ValueError if they are damaged."""
    preset = decode_document(stored)
    # gzip has a checksum of its own, but a whole text may stand under the number of another one.
    if preset_number(preset) != number:
        raise ValueError("damaged document: it is another preset")
    return preset


class PresetReader:
    """Reads documents of the catalogue table that may refer to a preset."""

    def __init__(self, table: CatalogTable) -> None:
        self._table = table
        # A container serves many shops.
        self._find = lru_cache(PRESETS_KEPT)(self._read)

    def decoder(self, shop: str, kind: str) -> Decode:
        """Return a function from the stored form of a document of a kind to its JSON.

        It raises CatalogIncomplete if document or preset cannot be read.
        """

        def decode(stored: bytes) -> bytes:
            number = find_preset_number(stored)
            try:
                if number is None:
                    return decode_document(stored)
                return decode_document(stored, self._find(shop, kind, number))
            except ValueError as error:
                raise CatalogIncomplete.unreadable(error) from error

        return decode

    def _read(self, shop: str, kind: str, number: int) -> bytes:
        key = preset_key(shop, kind, number)
        found = self._table.read_keys([key], ("number", "document"), consistent=True).get(number)
        if found is None or found.document is None:
            raise CatalogIncomplete(
                say(
                    "The catalogue lacks the texts that {kind} are compressed against. "
                    "Load the {kind} again, then export again.",
                    kind=say(kind),
                )
            )
        return _decode_preset(number, found.document.B)
