"""Replay recorded `Query` pages and drain uploads, as fast as possible, without DynamoDB and S3.

An object consists of zeros; its key ends with their number.

The local emulator moves a few megabytes a second and would dominate every figure. Here reading
costs one copy over loopback, so the figures show our side.
"""

from __future__ import annotations

import json
import socketserver
from collections.abc import Collection, Sequence
from multiprocessing.connection import Connection
from typing import Any, Final

from benchmarks import blocked, jobs, packed, shop
from benchmarks.plain import PLAIN, READY
from benchmarks.served import Served
from chalicelib.adapters.catalog.presets import make_preset
from chalicelib.domain.segment import NUMBERS_PER_BUCKET

_OK: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
    b'ETag: "e"\r\nContent-Length: %d\r\n\r\n'
)
_XML: Final = (
    b"<R><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId><ETag>e</ETag>"
    b"<Location>l</Location></R>"
)
_NEXT: Final = b', "LastEvaluatedKey": {"partition": {"S": "bench"}, "sort": {"N": "%d"}}}'


class _Handler(socketserver.StreamRequestHandler):
    """A minimal HTTP/1.1 handler; http.server would take more time than the export."""

    wbufsize = 0

    def handle(self) -> None:
        while line := self.rfile.readline():
            method, path = line.split(b" ")[:2]
            headers = self._headers()
            if b"100-continue" in headers.get(b"expect", b""):
                self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            target = headers.get(b"x-amz-target", b"").decode().rpartition(".")[2]
            body = self._body(headers, keep=bool(target))
            answer = self.server.answer(target, body) if target else self._stored(method, path)  # type: ignore[attr-defined]
            self.wfile.write(_OK % len(answer) + answer)

    def _stored(self, method: bytes, path: bytes) -> bytes:
        """Return the answer of S3."""
        if method == b"GET":
            return bytes(int(path.partition(b"?")[0].rpartition(b"/")[2]))
        return _XML if method == b"POST" else b""

    def _headers(self) -> dict[bytes, bytes]:
        headers = {}
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            headers[name.lower()] = value.strip()
        return headers

    def _body(self, headers: dict[bytes, bytes], *, keep: bool) -> bytes:
        left = int(headers.get(b"content-length", b"0"))
        if keep:
            return self.rfile.read(left)
        while left > 0:
            left -= len(self.rfile.read1(min(left, 1 << 20)))
        return b""


class ReplayServer(socketserver.ThreadingTCPServer):
    """A server that answers `Query` by partition; a catalogue beyond the recording repeats it."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, products: int, ways: Collection[str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        catalog = shop.make_catalog(min(products, shop.RECORDED))
        self._lean = shop.lean_pages(catalog)
        stored = {
            PLAIN: catalog.nodes,
            READY: [shop.cells_of(document) for document in catalog.products],
        }
        self._plain = {
            table: shop.plain_pages(stored[table]) for table in stored if table.lower() in ways
        }
        self._repeated = max(1, products // shop.RECORDED)
        self._fixed = shop.dictionary_pages(catalog) | _small_shop()
        # The ways read products only.
        self._fixed |= {} if ways else packed.directories(shop.SHOP)
        self._items = shop.find_presets(catalog) | ({} if ways else packed.packs(shop.SHOP))
        self._blocks = blocked.Blocked(shop.SHOP, catalog.products, make_preset(catalog.products))
        buckets = len(self._lean) * self._repeated
        held = min(products, NUMBERS_PER_BUCKET)
        self._fixed[f"{shop.SHOP}#products#directory"] = shop.directory(
            dict.fromkeys(range(buckets), held), has_blocks=True
        )

    def answer(self, operation: str, body: bytes) -> bytes:
        """Return the recorded answer of DynamoDB or EventBridge."""
        if operation in jobs.ANSWERS:
            return jobs.ANSWERS[operation]
        asked = json.loads(body)
        if operation == "GetItem":
            return jobs.find_item(asked["TableName"], asked["Key"])
        if operation == "BatchGetItem":
            return packed.find_items(self._find, asked)
        return self._queried(asked)

    def _queried(self, asked: dict[str, Any]) -> bytes:
        partition: str = next(iter(asked["ExpressionAttributeValues"].values()))["S"]
        if asked["TableName"] in self._plain:
            pages = self._plain[asked["TableName"]]
            return self._page(
                pages, int(asked.get("ExclusiveStartKey", {}).get("sort", {}).get("N", -1)) + 1
            )
        if partition in self._fixed:
            return self._fixed[partition]
        return self._lean[int(partition.rpartition("#")[2]) % len(self._lean)]

    def _find(self, key: tuple[str, str]) -> dict[str, Any] | None:
        return self._items.get(key) or self._blocks.find(key)

    def _page(self, pages: Sequence[bytes], number: int) -> bytes:
        page = pages[number % len(pages)]
        return page if number + 1 == len(pages) * self._repeated else page[:-1] + _NEXT % number


def _small_shop() -> dict[str, bytes]:
    catalog = shop.make_catalog(1)
    [page] = shop.lean_pages(catalog)
    name = jobs.SMALL_SHOP
    return shop.dictionary_pages(catalog, name) | {
        f"{name}#products#directory": shop.directory({0: 1}),
        f"{name}#products#0": page,
    }


def _serve(products: int, ways: Collection[str], port: Connection) -> None:
    with ReplayServer(products, ways) as server:
        port.send(server.server_address[1])
        server.serve_forever(0.05)


class Replay(Served):
    """The server in its own process, with the pages that the ways read; a context manager."""

    def __init__(self, products: int, ways: Collection[str] = ()) -> None:
        super().__init__(_serve, products, tuple(ways))
