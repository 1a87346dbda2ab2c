"""How often requestors and shops may do what costs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.api.http_answer import HttpAnswer
from chalicelib.services.requests.limit_uses import WINDOW_SECONDS
from tests.api_client import ApiClient
from tests.factories import ANN, make_app, make_requestor, make_service

EXPORT = (
    "mutation{exportProducts(input:{scope:ALL fileType:CSV})"
    "{exportFile{id} errors{field code message}}}"
)
PREVIEW = "{exportPreview(input:{products:{scope:ALL fileType:CSV}} first:1){recordCount}}"
WIDE = {"pending_per_requestor": 100, "pending_per_shop": 100}
BOTH = pytest.mark.parametrize(("query", "word"), [(EXPORT, "exports"), (PREVIEW, "previews")])


def make_client(**settings: Any) -> tuple[ApiClient, str]:
    """A client, and the token of somebody else in the same shop."""
    client = ApiClient(service=make_service(products=2, settings=WIDE | settings))
    return client, client.let_in("ann", make_requestor(user=ANN))


def post(client: ApiClient, query: str, token: str | None = "waybill_app") -> HttpAnswer:
    body = json.dumps({"query": query}).encode()
    return client.api.graphql(client.request(token, body))


def refusals(client: ApiClient, query: str, token: str | None = "waybill_app") -> list[str]:
    """Ask once, and return the errors in the payload or beside it."""
    answer = json.loads(post(client, query, token).body)
    payloads = [one for one in (answer.get("data") or {}).values() if one]
    inner = [error for one in payloads for error in one.get("errors", ())]
    return [error["message"] for error in (*answer.get("errors", ()), *inner)]


@BOTH
def test_a_requestor_is_asked_to_wait_and_the_others_are_not(query: str, word: str) -> None:
    client, ann = make_client(**{f"{word}_per_requestor": 2})
    assert [refusals(client, query) for _ in range(2)] == [[], []]
    [message] = refusals(client, query)
    assert message == (
        f"You have asked for 2 {word} within 10 minutes, which is the limit. "
        "Ask again in 600 seconds."
    )
    assert refusals(client, query, ann) == []


@BOTH
def test_a_shop_is_asked_to_wait_and_other_shops_are_not(query: str, word: str) -> None:
    client, ann = make_client(**{f"{word}_per_shop": 2})
    other = client.let_in("other", make_requestor(shop="other", app=make_app()))
    assert [refusals(client, query, token) for token in ("waybill_app", ann)] == [[], []]
    [message] = refusals(client, query)
    assert message.startswith(f"This shop has asked for 2 {word} within 10 minutes")
    assert not any("limit" in message for message in refusals(client, query, other))


@BOTH
def test_the_answer_says_when_to_ask_again_and_then_it_works(query: str, word: str) -> None:
    client, _ = make_client(**{f"{word}_per_requestor": 1})
    assert "Retry-After" not in post(client, query).headers
    client.service.clock.advance(WINDOW_SECONDS - 59.5)
    refused = post(client, query)
    assert (refused.status, refused.headers["Retry-After"]) == (200, "60")
    client.service.clock.advance(60)
    assert refusals(client, query) == []


def one_export_too_many() -> ApiClient:
    """A client that has used up its one export a second before the window ends."""
    client, _ = make_client(exports_per_requestor=1)
    post(client, EXPORT)
    client.service.clock.advance(WINDOW_SECONDS - 1)
    return client


def test_one_export_and_one_second_are_said_in_the_singular() -> None:
    [message] = refusals(one_export_too_many(), EXPORT)
    assert message == (
        "You have asked for 1 export within 10 minutes, which is the limit. "
        "Ask again in one second."
    )


def test_one_export_and_one_second_are_said_in_the_singular_in_german() -> None:
    answer = one_export_too_many().ask(EXPORT, headers={"waybill-language": "de"})
    [error] = answer["data"]["exportProducts"]["errors"]
    assert error["message"] == (
        "Sie haben 1 Export angefordert, mehr sind in 10 Minuten nicht erlaubt. "
        "Versuchen Sie es in einer Sekunde noch einmal."
    )


def test_one_preview_of_a_shop_is_said_in_the_singular() -> None:
    client, ann = make_client(previews_per_shop=1)
    post(client, PREVIEW)
    [message] = refusals(client, PREVIEW, ann)
    assert message.startswith("This shop has asked for 1 preview within 10 minutes")


def test_the_refusal_has_the_shape_of_the_contract() -> None:
    client, _ = make_client(exports_per_requestor=0)
    payload = json.loads(post(client, EXPORT).body)["data"]["exportProducts"]
    [error] = payload["errors"]
    assert (payload["exportFile"], error["field"], error["code"]) == (None, None, "INVALID")


def test_a_refused_request_stores_nothing() -> None:
    client, _ = make_client(exports_per_requestor=1)
    post(client, EXPORT)
    post(client, EXPORT)
    assert len(client.service.store.jobs) == len(client.service.queue.bodies) == 1


def test_a_refused_requestor_does_not_use_up_the_share_of_the_shop() -> None:
    client, ann = make_client(exports_per_requestor=1, exports_per_shop=2)
    for _ in range(9):
        post(client, EXPORT)
    assert refusals(client, EXPORT, ann) == []


def test_a_replay_is_not_counted() -> None:
    client, _ = make_client(exports_per_requestor=1)
    for _ in range(3):
        answer = client.ask(EXPORT, headers={"idempotency-key": "one"})
        assert answer["data"]["exportProducts"]["errors"] == []


@pytest.mark.parametrize("query", [EXPORT, PREVIEW])
def test_strangers_and_those_without_the_permission_count_for_nothing(query: str) -> None:
    client, _ = make_client(exports_per_shop=1, previews_per_shop=1)
    poor = client.let_in("poor", make_requestor("MANAGE_GIFT_CARD", app=make_app(2)))
    for token in (None, "forged", poor):
        for _ in range(3):
            post(client, query, token)
    assert client.service.uses.counts == {}
    assert refusals(client, query) == []


def test_fifty_people_who_work_do_not_meet_the_limits() -> None:
    client, _ = make_client()
    for number in range(50):
        token = client.let_in(f"t{number}", make_requestor(app=make_app(number)))
        asked = [refusals(client, query, token) for query in (EXPORT, *[PREVIEW] * 20)]
        assert asked == [[]] * 21
