"""Every query is valid in the recorded schema of Saleor 3.23 and asks who is asking."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from chalicelib.adapters.saleor import queries as saleor_queries
from chalicelib.adapters.saleor import webhook as saleor_webhook

SCHEMA: Final = Path(__file__).parents[5] / "shared/saleor/shop/api.graphql"
pytestmark = pytest.mark.skipif(not SCHEMA.exists(), reason="the contract's data is not here")
QUERIES: Final[dict[str, str]] = {
    **{
        name: text
        for name, text in vars(saleor_queries).items()
        if isinstance(text, str) and "{ app {" in text
    },
    **{f"DICTIONARIES_{at}": text for at, text in enumerate(saleor_queries.DICTIONARIES)},
    **{f"PAGES_{kind}": text for kind, text in saleor_queries.DICTIONARY_PAGES.items()},
    "FIND_WEBHOOK": saleor_webhook._FIND,
}
CHANGES: Final = {
    "REPORT_PROBLEM": saleor_queries.REPORT_PROBLEM,
    "CREATE": saleor_webhook._CREATE,
    "UPDATE": saleor_webhook._UPDATE,
    "SUBSCRIPTION": saleor_webhook.subscription(),
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text())


@pytest.mark.parametrize("name", [*QUERIES, *CHANGES])
def test_a_query_is_valid(schema: GraphQLSchema, name: str) -> None:
    text = {**QUERIES, **CHANGES}[name]
    assert [error.message for error in validate(schema, parse(text))] == []


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_asks_which_app_it_is_answered_as(name: str) -> None:
    """Saleor answers a dead token like an anonymous shopper."""
    assert "app { id" in QUERIES[name]


def test_the_webhook_asks_for_events_that_exist(schema: GraphQLSchema) -> None:
    known = schema.type_map["WebhookEventTypeAsyncEnum"].values  # type: ignore[attr-defined]
    assert set(saleor_webhook.events()) <= set(known)
