from __future__ import annotations

import pytest

from chalicelib.adapters.aws import client
from chalicelib.adapters.issuer_store import DynamoIssuerStore
from chalicelib.domain.issuer import ANY_SHOP, Issuer
from chalicelib.errors import Unavailable

NORTH = Issuer(
    issuer="https://north.example",
    jwks_url="https://north.example/keys",
    audience="waybill",
    shop="north",
    claims={"permissions": "realm.roles"},
    client_id="page",
    page_token="id_token",
)
EVERY = Issuer(issuer="https://every.example", jwks_url="https://e/k", claims={"shop": "tenant"})
pytestmark = pytest.mark.usefixtures("dynamodb")


def test_an_issuer_is_read_as_it_was_stored() -> None:
    store = DynamoIssuerStore("Issuers")
    store.add(NORTH)
    assert store.find(NORTH.issuer) == NORTH
    assert store.find("https://other.example") is None


def test_an_issuer_is_listed_for_its_shop_and_one_of_any_shop_apart() -> None:
    store = DynamoIssuerStore("Issuers")
    for issuer in (NORTH, EVERY):
        store.add(issuer)
    assert store.find_all("north") == (NORTH,)
    assert store.find_all(ANY_SHOP) == (EVERY,)
    assert store.find_all("default") == ()
    assert {it.issuer for it in store.list()} == {NORTH.issuer, EVERY.issuer}


def test_a_removed_issuer_is_gone_and_a_second_removal_says_so() -> None:
    store = DynamoIssuerStore("Issuers")
    store.add(NORTH)
    assert store.remove(NORTH.issuer)
    assert not store.remove(NORTH.issuer)
    assert store.find(NORTH.issuer) is None


def test_an_attribute_of_a_later_version_does_not_break_the_issuer() -> None:
    store = DynamoIssuerStore("Issuers")
    store.add(NORTH)
    client("dynamodb").update_item(
        TableName="Issuers",
        Key={"issuer": {"S": NORTH.issuer}},
        UpdateExpression="SET later = :it",
        ExpressionAttributeValues={":it": {"S": "x"}},
    )
    assert store.find(NORTH.issuer) == NORTH


def test_a_table_that_does_not_answer_is_no_unknown_issuer() -> None:
    with pytest.raises(Unavailable):
        DynamoIssuerStore("Missing").find(NORTH.issuer)
