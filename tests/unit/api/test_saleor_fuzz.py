"""Whatever a shop, or a stranger, sends to the routes of the app, the answer is one of ours.

No 500, nothing of the inside, no token, and a delivery that was accepted can be worked off.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.api.allowance import Allowance
from chalicelib.api.http_answer import HttpAnswer, HttpRequest
from chalicelib.api.saleor_routes import MAX_MESSAGE_CHARACTERS, SaleorRoutes
from chalicelib.api.saleor_site import SaleorSite
from chalicelib.api.shop_keys import ShopKeys
from local.issuer import LocalIssuer
from tests.framed_pages import make_framed_pages
from tests.sync_world import API_URL, NAME, make_world
from tests.unit.api.test_fuzz import INSIDE

# Other Pythons run the tests without these: they take most of the time.
pytestmark = pytest.mark.long

fuzzed = settings(
    max_examples=int(os.environ.get("FUZZ_REQUESTS", "300")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
TOKEN = "a-token-that-nobody-may-see"
ISSUER = LocalIssuer(API_URL)
WORLD = make_world(3)
WORLD.install()
ROUTES = SaleorRoutes(
    sync=WORLD.sync,
    version="1.0",
    keys=ShopKeys(lambda url: ISSUER.key_set()),
    allowance=Allowance(10**9),
)
SITE = SaleorSite(ROUTES, "", make_framed_pages())
TEXTS = st.one_of(st.text(max_size=60), st.text("/:@#?[]%.\\ ab1*", max_size=40))
ADDRESSES = st.one_of(
    TEXTS,
    TEXTS.map(lambda text: f"https://{text}/graphql/"),
    TEXTS.map(lambda text: f"https://{text}.shop.example/graphql/"),
)
PRODUCT = WORLD.shop.all("products")[0]["id"]
IDS = st.one_of(st.sampled_from([PRODUCT, "*", "", "UHJvZHVjdDow", "R2lmdENhcmQ6MQ=="]), TEXTS)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), IDS)
RECORDS = st.one_of(LEAVES, st.fixed_dictionaries({"id": st.one_of(IDS, LEAVES)}))
TYPES = ("ProductUpdated", "ProductVariantDeleted", "AttributeValueUpdated", "CategoryDeleted")
FIELDS = ("product", "category", "warehouse", "attribute", "attributeValue", "app")
NESTED = st.one_of(RECORDS, st.fixed_dictionaries({"product": RECORDS}))
EVENTS = st.fixed_dictionaries(
    {"__typename": st.sampled_from(TYPES)},
    optional={"productVariant": NESTED, **dict.fromkeys(FIELDS, RECORDS)},
)
SECONDS = st.sampled_from([0, 0, 0, -3_700, 400])


def ask(method: str, name: str, headers: dict[str, str], body: bytes) -> HttpAnswer:
    answer = SITE.answer(method, name, HttpRequest(headers=headers, body=body))
    assert not any(inside in answer.body for inside in (*INSIDE, TOKEN)), answer.body
    return answer


@fuzzed
@given(address=ADDRESSES, body=st.one_of(st.binary(max_size=80), st.just(b"{}"), st.none()))
def test_no_registration_breaks_the_service(address: str, body: bytes | None) -> None:
    before = WORLD.sync.shops.list_all()
    sent = json.dumps({"auth_token": TOKEN}).encode() if body is None else body
    answer = ask("POST", "register", {"saleor-api-url": address}, sent)
    assert answer.status in (200, 400, 503)
    if answer.status != 200:
        assert 0 < len(json.loads(answer.body)["error"]["message"]) <= MAX_MESSAGE_CHARACTERS
        assert WORLD.sync.shops.list_all() == before


@fuzzed
@given(event=st.one_of(EVENTS, EVENTS, LEAVES, st.lists(LEAVES)), seconds=SECONDS)
def test_an_accepted_delivery_can_be_worked_off(event: Any, seconds: int) -> None:
    if isinstance(event, dict):
        event["issuedAt"] = (WORLD.clock.now() + timedelta(seconds=seconds)).isoformat()
    body = json.dumps(event).encode()
    headers = {"saleor-api-url": API_URL, "saleor-signature": ISSUER.sign_detached(body)}
    assert ask("POST", "webhooks", headers, body).status in (200, 401)
    # DynamoDB takes no empty key and none above a kilobyte.
    assert all(0 < len(id_) <= 60 for _, _, id_ in WORLD.marks.marks)
    WORLD.work()
    assert (WORLD.marks.marks, WORLD.installed.name) == ({}, NAME)


@fuzzed
@given(body=st.binary(max_size=60), signature=TEXTS, address=ADDRESSES)
def test_no_delivery_without_a_signature_is_accepted(
    body: bytes, signature: str, address: str
) -> None:
    headers = {"saleor-api-url": address, "saleor-signature": signature}
    assert ask("POST", "webhooks", headers, body).status == 401


@fuzzed
@given(method=st.sampled_from(["GET", "POST", "HEAD"]), name=st.one_of(TEXTS, st.just("manifest")))
def test_no_address_below_the_app_breaks_the_service(method: str, name: str) -> None:
    assert ask(method, name, {}, b"").status in (200, 400, 401, 404)
