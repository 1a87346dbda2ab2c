"""Measure the reading of live records: gift cards and voucher codes of a connected shop.

    python -m benchmarks.live

The shop is a recording whose pages come from another process over loopback. What is measured is our
processor time from the first request to the last row, without jobs and files.
"""

from __future__ import annotations

import json
import socketserver
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from multiprocessing.connection import Connection as Pipe
from typing import Any, Final
from uuid import UUID

from benchmarks.one import cpu_seconds
from benchmarks.packed import PARAMETERS, VOUCHER, make_request
from benchmarks.served import Served
from chalicelib.domain.global_id import encode_global_id
from chalicelib.formats.registry import FileType

RECORDS: Final = 10_000
RUNS: Final = 5
_PER_PAGE: Final = 100
_APP: Final = {"id": "QXBwOjE="}
_NEWEST: Final = datetime(2026, 11, 1, 8, 0, 0, 102_748, UTC)
_OK: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_FIELDS_OF_IDS: Final = ("id", "created", "createdAt", "code")


class _Handler(socketserver.StreamRequestHandler):
    wbufsize = 0

    def handle(self) -> None:
        while self.rfile.readline():
            asked = json.loads(self.rfile.read(self._length()))
            answer = _answer(asked["query"], asked["variables"])
            self.wfile.write(_OK % len(answer) + answer)

    def _length(self) -> int:
        length = 0
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        return length


def _serve(port: Pipe) -> None:
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
    port.send(server.server_address[1])
    server.serve_forever()


def _answer(query: str, variables: Mapping[str, Any]) -> bytes:
    """Return the page behind a cursor, which is the place of its first record; or the last one."""
    first = RECORDS - 1 if "last" in variables else int(variables["after"] or 0)
    return _recorded(first, is_cards="giftCards" in query, ids_only="isActive" not in query)


@cache
def _recorded(first: int, *, is_cards: bool, ids_only: bool) -> bytes:
    nodes = list(map(_card if is_cards else _code, range(first, min(first + _PER_PAGE, RECORDS))))
    if ids_only:
        nodes = [{name: node[name] for name in _FIELDS_OF_IDS if name in node} for node in nodes]
    page = _page(first, nodes)
    voucher = {"id": encode_global_id("Voucher", VOUCHER), "name": "Spring", "usageLimit": 3}
    found = {"page": page} if is_cards else {"voucher": {**voucher, "page": page}}
    return json.dumps({"data": {"app": _APP, **found}}).encode()


def _page(first: int, nodes: list[dict[str, Any]]) -> dict[str, Any]:
    end = first + len(nodes)
    info = {
        "hasNextPage": end < RECORDS,
        "endCursor": str(end),
        "hasPreviousPage": first > 0,
        "startCursor": str(first),
    }
    return {"totalCount": RECORDS, "pageInfo": info, "edges": [{"node": node} for node in nodes]}


def _card(n: int) -> dict[str, Any]:
    balance = {"amount": 50.0, "currency": "USD"}
    return {
        "id": encode_global_id("GiftCard", n + 1),
        "code": f"CARD-{n:06}",
        "isActive": True,
        "created": (_NEWEST - timedelta(seconds=RECORDS - n)).isoformat(),
        "expiryDate": "2027-01-01" if n % 3 else None,
        "lastUsedOn": None,
        "createdByEmail": "staff@shop.example",
        "usedByEmail": None,
        "product": {"id": "UHJvZHVjdDox", "name": "Gift card"} if n % 4 == 0 else None,
        "tags": [{"name": "spring"}] if n % 5 == 0 else [],
        "initialBalance": balance,
        "currentBalance": balance,
        "metadata": [],
    }


def _code(n: int) -> dict[str, Any]:
    return {
        "id": encode_global_id("VoucherCode", UUID(int=n << 64)),
        "code": f"SPRING-{n:06}",
        "used": n % 3,
        "isActive": True,
        "createdAt": (_NEWEST - timedelta(seconds=n)).isoformat(),
    }


def make_reader(url: str) -> Callable[[str], int]:
    """Return a function that reads all records of an export type and returns the rows."""
    from chalicelib.adapters.live.catalog import LiveCatalog
    from chalicelib.adapters.outside_http import OutsideHttp
    from chalicelib.adapters.saleor.client import SaleorApi
    from chalicelib.adapters.saleor.live import SaleorLive
    from chalicelib.domain.shop_api import Connection
    from chalicelib.rendering.exporter import prepare

    shop = Connection(api_url=f"{url}/graphql/", token="token", app_id=_APP["id"])
    api = SaleorApi(OutsideHttp(allow_loopback=True))
    catalog = LiveCatalog(SaleorLive(api), lambda name: shop)

    def read(export_type: str) -> int:
        request = make_request(export_type, FileType.CSV)
        exporter = prepare(request, catalog, "bench", datetime.now(UTC))
        buckets = catalog.cut_buckets("bench", exporter.kind, 2 * RECORDS)
        rows = exporter.render(catalog.read_buckets("bench", exporter.kind, buckets))
        for _ in exporter.finish(rows):
            pass
        return rows.row_count

    return read


def measure_live() -> dict[str, float]:
    """Return the seconds of processor time by export type; the smallest of all runs."""
    seconds = dict.fromkeys(PARAMETERS, float("inf"))
    with Served(_serve) as shop:
        read = make_reader(shop.url)
        for _ in range(RUNS):
            for export_type, least in seconds.items():
                began = cpu_seconds()
                assert read(export_type) == RECORDS
                seconds[export_type] = min(least, cpu_seconds() - began)
    return seconds


def main() -> None:
    """Print the processor time of each export type."""
    for export_type, seconds in measure_live().items():
        print(f"{export_type}: {RECORDS:,} records in {seconds * 1000:.0f} ms of processor time")


if __name__ == "__main__":
    main()
