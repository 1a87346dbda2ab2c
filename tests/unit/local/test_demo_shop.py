"""The demo shop behaves as a recorded Saleor does, defects included."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any, Final

import pytest
import urllib3
from graphql import build_schema

from chalicelib.adapters.outside_http import OutsideHttp
from chalicelib.adapters.saleor.client import SaleorApi
from chalicelib.adapters.saleor.shop import SaleorShop
from chalicelib.api.rs256 import Rs256Key
from chalicelib.api.saleor_signature import verify_signature
from chalicelib.domain.shop_api import Connection
from chalicelib.errors import PageBroken, ShopRefused, Throttled, Unavailable
from local.demo_shop.api import SCHEMA_FILE
from local.demo_shop.caller import InstalledApp
from local.demo_shop.data import DemoShop
from local.demo_shop.server import ShopServer

RECORDED: Final = Path(__file__).parents[4] / "shared/saleor/shop/api.graphql"
PERMISSIONS: Final = ("MANAGE_PRODUCTS", "MANAGE_GIFT_CARD", "MANAGE_DISCOUNTS")


@pytest.fixture
def server() -> Iterator[ShopServer]:
    running = ShopServer(DemoShop.make(120))
    running.start()
    running.app = InstalledApp("QXBwOjE=", "waybill.export", "secret", PERMISSIONS)
    yield running
    running.stop()


@pytest.fixture
def reader() -> SaleorShop:
    return SaleorShop(SaleorApi(OutsideHttp(allow_loopback=True)))


@pytest.fixture
def inbox() -> Iterator[tuple[str, Queue[tuple[str, bytes]]]]:
    """A receiver of webhooks: its address and what arrived there."""
    arrived: Queue[tuple[str, bytes]] = Queue()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            arrived.put((self.headers["Saleor-Signature"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}/", arrived
    http.shutdown()
    http.server_close()


def connect(server: ShopServer, token: str = "secret") -> Connection:
    return Connection(api_url=server.api_url, token=token, app_id="QXBwOjE=")


def ids_of(server: ShopServer) -> list[str]:
    return [product["id"] for product in server.shop.all("products")]


def test_large_answers_arrive_compressed_and_in_chunks(server: ShopServer) -> None:
    query = json.dumps({"query": "{products(first:100){edges{node{id name slug}}}}"})
    headers = {"Accept-Encoding": "gzip", "Content-Type": "application/json"}
    with urllib3.PoolManager() as http:
        answer = http.request("POST", server.api_url, body=query, headers=headers)
    assert answer.headers["Transfer-Encoding"] == "chunked"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.json()


@pytest.mark.skipif(not RECORDED.exists(), reason="the contract's data is not here")
def test_its_schema_has_only_fields_of_saleor() -> None:
    real, ours = build_schema(RECORDED.read_text()), build_schema(SCHEMA_FILE.read_text())
    for name, type_ in ours.type_map.items():
        for field in getattr(type_, "fields", {}):
            # The recorded slice leaves this one out; Saleor has it since 3.22.
            known = name.startswith(("__", "AppProblemDismiss")) or field == "appProblemDismiss"
            assert known or field in real.type_map[name].fields  # type: ignore[attr-defined]


def test_a_walk_sees_every_product_once(server: ShopServer, reader: SaleorShop) -> None:
    first = reader.walk(connect(server), "products", None)
    second = reader.walk(connect(server), "products", first.cursor)
    assert (len(first.records), first.total, second.cursor) == (100, 120, None)
    assert [seen.id for seen in (*first.records, *second.records)] == ids_of(server)


def test_unknown_ids_are_left_out(server: ShopServer, reader: SaleorShop) -> None:
    wanted = ids_of(server)[:2]
    found = reader.fetch(connect(server), "products", [*wanted, "UHJvZHVjdDo5OTk5OTk="])
    assert [node["id"] for node in found] == wanted


def test_an_id_without_a_number_is_an_error() -> None:
    server = ShopServer(DemoShop.make(1))
    server.app = InstalledApp("QXBwOjE=", "waybill.export", "secret", PERMISSIONS)
    body = {"query": '{ voucher(id: "Vm91Y2hlcjo=") { id } app { id } }'}
    _, answer = server.ask(json.dumps(body).encode(), "secret")
    [error] = json.loads(answer)["errors"]
    assert error["message"] == "Invalid ID: Vm91Y2hlcjo=. Expected: Voucher."


def test_dictionaries_come_whole_in_two_requests(server: ShopServer, reader: SaleorShop) -> None:
    found = reader.read_dictionaries(connect(server))
    counts = {kind: len(nodes) for kind, nodes in found.items()}
    assert counts == {
        "shop": 1,
        "channels": 3,
        "warehouses": 3,
        "categories": 9,
        "collections": 3,
        "product_types": 5,
        "attributes": 17,
    }
    assert server.requests == 2


def test_a_delta_with_nothing_changed_costs_one_request(
    server: ShopServer, reader: SaleorShop
) -> None:
    page = reader.find_changed(connect(server), "products", datetime.now(UTC), None)
    assert (page.records, page.cursor, server.requests) == ((), None, 1)


def test_a_delta_over_several_pages_sees_every_product(
    server: ShopServer, reader: SaleorShop
) -> None:
    cursor, seen = None, set()
    while True:
        since = datetime(2020, 1, 1, tzinfo=UTC)
        page = reader.find_changed(connect(server), "products", since, cursor)
        seen |= {one.id for one in page.records}
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == set(ids_of(server))


def test_a_dead_token_is_answered_like_a_shopper(server: ShopServer, reader: SaleorShop) -> None:
    with pytest.raises(ShopRefused):
        reader.walk(connect(server, "dead"), "products", None)


def test_a_broken_record_breaks_its_whole_page(server: ShopServer, reader: SaleorShop) -> None:
    ids = ids_of(server)
    server.shop.broken.add(ids[3])
    with pytest.raises(PageBroken):
        reader.fetch(connect(server), "products", ids[:10])
    assert len(reader.fetch(connect(server), "products", ids[4:10])) == 6


@pytest.mark.parametrize(("status", "error"), [(429, Throttled), (503, Unavailable)])
def test_faults_are_answered_as_they_are(
    server: ShopServer, reader: SaleorShop, status: int, error: type[Exception]
) -> None:
    server.faults.answers.append(status)
    with pytest.raises(error):
        reader.walk(connect(server), "products", None)


def test_a_price_change_is_delivered_signed_and_moves_no_time(
    server: ShopServer, reader: SaleorShop, inbox: tuple[str, Queue[tuple[str, bytes]]]
) -> None:
    url, arrived = inbox
    reader.connect_webhook(connect(server), url)
    product = server.shop.all("products")[0]
    before = product["updatedAt"]
    server.shop.set_price(product["id"], 3.5)
    signature, body = arrived.get(timeout=10)
    keys = {one["kid"]: Rs256Key(one) for one in json.loads(server.issuer.key_set())["keys"]}
    verify_signature(signature, body, keys.__getitem__)
    assert json.loads(body)["productVariant"]["product"]["id"] == product["id"]
    assert product["updatedAt"] == before


def test_a_webhook_that_is_as_it_should_be_is_left_alone(
    server: ShopServer, reader: SaleorShop
) -> None:
    first = reader.connect_webhook(connect(server), "http://127.0.0.1:1/")
    assert reader.connect_webhook(connect(server), "http://127.0.0.1:1/") == first
    moved = reader.connect_webhook(connect(server), "http://127.0.0.1:2/")
    assert server.app is not None
    assert (moved, len(server.app.webhooks)) == (first, 1)


def test_a_client_that_goes_away_leaves_no_traceback(
    server: ShopServer, capsys: pytest.CaptureFixture[str]
) -> None:
    def is_served() -> bool:
        return any("process_request" in one.name for one in threading.enumerate())

    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b"POST /graphql/ HTTP/1.1\r\nContent-Length: 9\r\n\r\n")
        while not is_served():
            time.sleep(0.01)
        # Without lingering, the connection is reset while the shop still reads.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    while is_served():
        time.sleep(0.01)
    assert capsys.readouterr().err == ""
