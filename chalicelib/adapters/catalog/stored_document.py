"""The document of a record, from the attributes that were read of its item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from chalicelib.adapters.catalog.item import FACTS
from chalicelib.adapters.catalog.lean_dynamodb import LeanItem
from chalicelib.domain.depth import Depth

# Returns the JSON of a stored text. CatalogIncomplete if it cannot be read.
Decode = Callable[[bytes], bytes]
# Returns JSON, nothing for an item without a document.
Read = Callable[[LeanItem, Decode], bytes]


def _document(item: LeanItem, decode: Decode) -> bytes:
    return decode(item.document.B) if item.document else b""


def _whole(item: LeanItem, decode: Decode) -> bytes:
    document = _document(item, decode)
    if not item.facts:
        return document
    return b'%s,"%s":%s}' % (document[:-1], FACTS.encode(), decode(item.facts.B))


READERS: Final[Mapping[Depth, Read]] = {
    Depth.DOCUMENT: _document,
    Depth.WHOLE: _whole,
}
