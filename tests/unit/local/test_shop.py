"""The shop that a local run connects."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chalicelib.domain.sync import SyncState
from local.first_export import FirstExport
from local.options import INSTALLED
from local.shop import DEMO, NONE, DemoRun, OwnShop, find_own_shop, port_beside
from local.watch_shop import describe_changes
from local.welcome import welcome
from tests.shop_world import NORTH, NOW, ShopWorld

OWN = OwnShop("http://127.0.0.1:8000/graphql/", "localhost:8000")
RUN: dict[str, Any] = {"api_url": "http://127.0.0.1:8001", "tokens": {"admin": "t"}, "shop": None}


@pytest.fixture
def saleor() -> Iterator[str]:
    """Return the API URL of a shop that calls itself `localhost:8000`."""

    class Shop(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps({"data": {"shop": {"domain": {"host": "localhost:8000"}}}}).encode()
            self.send_response(200 if self.path == "/graphql/" else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}/graphql/"
    http.shutdown()
    http.server_close()


@pytest.mark.parametrize("option", [DEMO, NONE])
def test_a_run_has_no_shop_of_its_own_unless_one_is_named(option: str) -> None:
    assert find_own_shop(option) is None


def test_a_real_shop_is_known_by_the_name_it_gives_itself(saleor: str) -> None:
    assert find_own_shop(saleor) == OwnShop(saleor, "localhost:8000")


@pytest.mark.parametrize("suffix", ["x/", ""])
def test_an_address_of_no_shop_ends_the_run_early(saleor: str, suffix: str) -> None:
    url = f"{saleor}{suffix}" if suffix else "http://127.0.0.1:1/graphql/"
    with pytest.raises(ValueError, match="does not answer as the API of a shop"):
        find_own_shop(url)


@pytest.mark.parametrize(
    ("shop", "port", "taken"),
    [(OWN, 8000, 8001), (OWN, 8123, 8123), (OWN, 0, 0), (None, 8000, 8000)],
)
def test_the_run_leaves_the_port_of_the_shop_alone(
    shop: OwnShop | None, port: int, taken: int
) -> None:
    assert port_beside(shop, port) == taken


def test_the_demo_shop_takes_another_port_if_its_own_is_taken(saleor: str) -> None:
    port = int(saleor.split(":")[2].split("/", maxsplit=1)[0])
    with DemoRun(3, port) as demo:
        assert demo.server.port not in (0, port)


def test_the_demo_shop_of_the_highest_port_takes_a_free_one() -> None:
    with DemoRun(3, 65_536) as demo:
        assert 0 < demo.server.port < 65_536


def test_a_failed_installation_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with DemoRun(3, 0) as demo:
        demo.server.waybill_url = "http://127.0.0.1:1"
        demo._install()
    assert capsys.readouterr().out.startswith("The demo shop could not install Waybill: ")


def test_the_welcome_leads_through_the_demo_shop() -> None:
    shop = {"name": "127.0.0.1:8001", "api_url": "x", "url": "http://127.0.0.1:8001"}
    text = welcome({**RUN, "shop": shop}, None, 1.0, INSTALLED)
    assert "Open http://127.0.0.1:8001 and change a price" in text


def test_the_welcome_says_what_to_paste_into_a_real_dashboard() -> None:
    shop = {"name": OWN.name, "api_url": OWN.api_url}
    text = welcome({**RUN, "shop": shop}, None, 1.0, INSTALLED)
    assert "\n  http://127.0.0.1:8001/saleor/manifest\n" in text
    assert "HTTP_IP_FILTER_ALLOW_LOOPBACK_IPS=True" in text


def test_a_run_without_a_shop_begins_with_its_first_export() -> None:
    first = FirstExport(INSTALLED / "x.csv", 3, 0.5, ("id,name\n",))
    text = welcome(RUN, first, 1.0, INSTALLED)
    assert "has 3 rows" in text
    assert "demo shop" not in text


def test_the_terminal_says_when_a_shop_is_connected_and_read() -> None:
    world = ShopWorld()
    texts = describe_changes(world.shops, NORTH)
    world.connect(NORTH)
    assert "is connected" in next(texts)
    world.shops.save_state(SyncState(shop=NORTH, kind="products", as_of=NOW, version=1))
    assert "are read" in next(texts)


def test_the_demo_shop_of_a_run_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.shop.MAX_DEMO_PRODUCTS", 4)
    with DemoRun(9, 0) as demo:
        assert len(demo.server.describe()["products"]) == 4
