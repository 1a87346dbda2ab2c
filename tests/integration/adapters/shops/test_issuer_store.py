from __future__ import annotations

import pytest

from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.shops.issuer_store import DynamoIssuerStore
from chalicelib.errors import Unavailable
from tests.integration.ports.sources import EVERY, NORTH, stored_issuers

pytestmark = pytest.mark.usefixtures("dynamodb")


def test_issuers_of_all_shops_are_listed_for_operators() -> None:
    assert {it.issuer for it in stored_issuers().list()} == {NORTH.issuer, EVERY.issuer}


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
    with pytest.raises(Unavailable, match=r"^The table of issuers did not answer: .*NotFound"):
        DynamoIssuerStore("Missing").find(NORTH.issuer)
