"""The document of a record, from the attributes that were read of its item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from chalicelib.adapters.catalog_item import FACTS
from chalicelib.adapters.document_codec import decode_document
from chalicelib.adapters.lean_dynamodb import LeanBinary, LeanItem
from chalicelib.domain.depth import Depth
from chalicelib.errors import CatalogIncomplete

# Returns JSON, nothing for an item without a document. CatalogIncomplete if it cannot be read.
Read = Callable[[LeanItem], bytes]


def _core(item: LeanItem) -> bytes:
    return _decoded(item.core) if item.core else _document(item)


def _document(item: LeanItem) -> bytes:
    return _decoded(item.document) if item.document else b""


def _whole(item: LeanItem) -> bytes:
    document = _document(item)
    if not item.facts:
        return document
    return b'%s,"%s":%s}' % (document[:-1], FACTS.encode(), _decoded(item.facts))


def _decoded(stored: LeanBinary) -> bytes:
    try:
        return decode_document(stored.B)
    except ValueError as error:
        raise CatalogIncomplete.unreadable(error) from error


READERS: Final[Mapping[Depth, Read]] = {
    Depth.CORE: _core,
    Depth.DOCUMENT: _document,
    Depth.WHOLE: _whole,
}
