"""What people and tests of other processes do with the demo shop over HTTP."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from chalicelib.adapters.saleor import queries
from local.demo_shop.api import make_schema
from local.demo_shop.caller import InstalledApp
from local.demo_shop.costs import MAX_COST, cost_of
from local.demo_shop.data import DemoShop, Event
from local.demo_shop.server import ShopServer

ALL = ("MANAGE_PRODUCTS", "MANAGE_GIFT_CARD", "MANAGE_DISCOUNTS")
SCHEMA = make_schema()


@pytest.fixture(scope="module")
def running() -> Iterator[ShopServer]:
    server = ShopServer(DemoShop.make(12), waybill_url="http://127.0.0.1:1")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(running: ShopServer) -> ShopServer:
    running.app = InstalledApp("QXBwOjE=", "waybill.export", "secret", ALL)
    post(running, "/faults")
    return running


def post(server: ShopServer, path: str, **form: str) -> str:
    """Send a form and return the page that follows."""
    body = urllib.parse.urlencode(form).encode()
    with urllib.request.urlopen(f"{server.url}{path}", data=body) as answer:
        return str(answer.read().decode())


def ask(server: ShopServer, query: str, token: str = "secret") -> dict[str, Any]:
    body = json.dumps({"query": query}).encode()
    found: dict[str, Any] = json.loads(server.ask(body, token)[1])
    return found


def sold(server: ShopServer) -> dict[str, Any]:
    """Return a product that the page shows."""
    page = urllib.request.urlopen(server.url).read().decode()
    return next(one for one in server.shop.all("products") if f'value="{one["id"]}"' in page)


def test_a_price_is_changed_on_the_page_and_announced(server: ShopServer) -> None:
    events: list[Event] = []
    server.shop.publish = events.append
    product = sold(server)
    assert "Saved" in post(server, "/change", what="price", id=product["id"], value="7.5")
    assert product["variants"][0]["channelListings"][0]["price"]["amount"] == 7.5
    assert [event.type for event in events] == ["ProductVariantUpdated"]


def test_a_category_is_renamed_on_the_page(server: ShopServer) -> None:
    category = server.shop.all("categories")[0]
    page = post(server, "/change", what="category", id=category["id"], value="Rain <b>wear</b>")
    assert (category["name"], category["slug"]) == ("Rain <b>wear</b>", "rain-<b>wear</b>")
    assert "<b>" not in page


def test_a_product_is_deleted_on_the_page(server: ShopServer) -> None:
    product = sold(server)
    post(server, "/change", what="delete", id=product["id"])
    assert server.shop.find("products", product["id"]) is None


@pytest.mark.parametrize(
    "form", [{"what": "price", "id": "x", "value": "1"}, {"what": "x"}, {}, {"what": "stock"}]
)
def test_a_change_that_is_not_possible_is_one_sentence(
    server: ShopServer, form: dict[str, str]
) -> None:
    assert "Nothing was changed" in post(server, "/change", **form)


def test_staff_get_a_token_as_recorded_from_a_dashboard(server: ShopServer) -> None:
    claims = jwt.decode(server.sign_staff(), options={"verify_signature": False})
    assert (claims["iss"], claims["type"], claims["app"]) == (
        server.api_url,
        "thirdparty",
        "QXBwOjE=",
    )
    assert "aud" not in claims
    foreign = jwt.decode(server.sign_staff(app="x"), options={"verify_signature": False})
    assert foreign["app"] == "x"
    assert {"MANAGE_PRODUCTS", "MANAGE_ORDERS"} < set(claims["user_permissions"])


def test_an_app_that_was_switched_off_is_refused(server: ShopServer) -> None:
    post(server, "/change", what="off")
    answer = ask(server, "{app{id}}")
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    post(server, "/change", what="on")
    assert ask(server, "{app{id}}")["data"]["app"]["id"] == "QXBwOjE="


def test_another_app_is_known_by_its_own_token(server: ShopServer) -> None:
    server.other_apps = [InstalledApp("QXBwOjk=", "erp", "other", (), name="ERP")]
    assert ask(server, "{app{id name}}", "other")["data"]["app"] == {
        "id": "QXBwOjk=",
        "name": "ERP",
    }


def test_a_shopper_does_not_learn_the_version(server: ShopServer) -> None:
    assert ask(server, "{shop{name}}", "wrong")["data"]["shop"]["name"]
    assert "errors" in ask(server, "{shop{version}}", "wrong")


def test_an_app_without_the_permission_sees_published_products_only(server: ShopServer) -> None:
    server.app = InstalledApp("QXBwOjE=", "waybill.export", "secret", ())
    for product in server.shop.all("products"):
        product["channelListings"] = []
    assert ask(server, "{products(first:1){totalCount}}")["data"]["products"]["totalCount"] == 0


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{products(first:100){edges{node{id}}}}", 100),
        ("{products(first:100){edges{node{id updatedAt variants{id}}}}}", 200),
        ("{attributes(first:100){edges{node{productTypes(first:100){totalCount}}}}}", 10_100),
        ("{giftCards(first:100){edges{node{id}}}}", 100),
        ('{voucher(id:"x"){codes(first:100){edges{node{code}}}}}', 1),
        ("query{...on Query{...Q}} fragment Q on Query{products(first:7){totalCount}}", 7),
    ],
)
def test_queries_cost_what_saleor_counts(query: str, cost: int) -> None:
    assert cost_of(SCHEMA, query) == cost


def test_a_query_over_the_limit_is_refused(server: ShopServer) -> None:
    nested = "ancestors(first:100){edges{node{ancestors(first:100){totalCount}}}}"
    answer = ask(server, f"{{categories(first:100){{edges{{node{{{nested}}}}}}}}}")
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "QueryCostError"


@pytest.mark.parametrize("value", ["null", "[null]"])
def test_its_parser_is_as_old_as_that_of_saleor(server: ShopServer, value: str) -> None:
    answer = ask(server, f"{{products(first:1,after:{value}){{totalCount}}}}")
    assert "null" in answer["errors"][0]["message"]
    assert "errors" not in ask(server, '{products(first:1,where:{ids:["null"]}){totalCount}}')


def test_no_query_of_waybill_comes_near_the_limit() -> None:
    texts = [queries.FETCH_PRODUCTS, queries.WALK_PRODUCTS, queries.CHANGED_PRODUCTS]
    costs = [cost_of(SCHEMA, text, {"first": 100}) for text in (*texts, *queries.DICTIONARIES)]
    assert max(costs) < MAX_COST / 2


def test_faults_are_set_over_http(server: ShopServer) -> None:
    post(server, "/faults", answers="503,429", clock="3600", lost="1")
    assert [server.ask(b"{}", "")[0] for _ in range(2)] == [503, 429]
    assert server.shop.now() > datetime.now(UTC) + timedelta(seconds=3_590)
    assert server.sent.mischief.lost == 1
    post(server, "/faults")
    assert (server.faults.clock_seconds, server.sent.mischief.lost) == (0, 0)


def test_the_state_tells_other_processes_what_was_asked(server: ShopServer) -> None:
    with urllib.request.urlopen(f"{server.url}/state") as answer:
        state = json.loads(answer.read())
    assert state["app"] == {"id": "QXBwOjE=", "webhooks": 0}
    assert len(state["products"]) == len(server.shop.all("products"))
