"""Read stocks, prices and publication of exported products from the shop, before rows are made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec

from chalicelib.catalog.live_facts import with_live_facts
from chalicelib.catalog.node_reader import InvalidNode
from chalicelib.domain.export_file import ExportFile
from chalicelib.errors import ExportFailed
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.rendering.exporter import Exporter
from chalicelib.services.work.worker import Worker
from chalicelib.words.text import say

# The most that Saleor shows at once, and the cheapest per record.
IDS_PER_REQUEST: Final = 100
# The ids and times of nodes are texts of types of their own.
_encode: Final = msgspec.json.Encoder(enc_hook=str).encode

Document = dict[str, Any]


def with_facts_of_now(
    worker: Worker, job: ExportFile, exporter: Exporter, pages: Iterable[list[bytes]]
) -> Iterator[list[bytes]]:
    """Yield the documents with the facts that the shop has now, without products that are gone.

    The shop is asked for products that the export can contain and for no others.
    """
    for documents in _batches(pages, _admits(job, exporter)):
        nodes = worker.facts.find(job.shop, [document["id"] for document in documents])
        found = ((one, nodes[one["id"]]) for one in documents if one["id"] in nodes)
        yield [_encode(_updated(one, node)) for one, node in found]


def _admits(job: ExportFile, exporter: Exporter) -> Callable[[Document], bool]:
    """Return a function that tells whether the export can contain a stored document."""
    fresh = EXPORT_TYPES[job.request.export_type].live_filters
    # A filter of stocks or prices decides by those of now, so the shop is asked for every product.
    if exporter.predicate is None or fresh.intersection(job.request.filter):
        return lambda document: True
    return exporter.predicate


def _batches(
    pages: Iterable[list[bytes]], admits: Callable[[Document], bool]
) -> Iterator[Sequence[Document]]:
    """Yield the admitted documents, as many as one request asks for."""
    batch: list[Document] = []
    for page in pages:
        for document in map(msgspec.json.decode, page):
            if admits(document):
                batch.append(document)
            if len(batch) == IDS_PER_REQUEST:
                yield batch
                batch = []
    if batch:
        yield batch


def _updated(document: Document, node: Any) -> Document:
    try:
        return with_live_facts(document, node)
    except InvalidNode as error:
        raise ExportFailed(
            say(
                "The product {id} of your shop cannot be read: {reason}. No file was written.",
                id=document["id"],
                reason=str(error),
            )
        ) from error
