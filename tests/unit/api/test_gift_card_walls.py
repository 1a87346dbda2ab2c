"""A person without MANAGE_GIFT_CARD learns nothing about gift cards, whatever they ask.

Every question is asked of two shops: one with gift cards, exports of them and a template for them,
and one with none. The answers must not differ. An id that the person was told opens nothing.
"""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from chalicelib.api.schema import make_schema
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.requestor import MANAGE_DISCOUNTS, MANAGE_PRODUCTS, User
from chalicelib.exports.registry import EXPORT_TYPES
from tests.api_client import ApiClient
from tests.factories import (
    fill,
    make_gift_card,
    make_requestor,
    make_service,
)
from tests.framed_pages import make_framed_pages

BOB: Final = User(id=encode_global_id("User", 2), email="bob@shop.example")
CARD: Final = encode_global_id("GiftCard", 7)
CODE, TITLE, NAME = "MONEY-4711", "Cards for the party", "Cards of December"
SECRETS: Final = (CODE, "4711", TITLE, NAME)
INPUT: Final = '{scope:ALL,fileType:CSV,columns:[{key:"code"}]}'
SAVE: Final = (
    f'mutation{{exportTemplateSave(input:{{name:"{NAME}",isShared:true,'
    f"export:{{giftCards:{INPUT}}}}}){{exportTemplate{{id}} errors{{message}}}}}}"
)
# Questions whose answer must be the same whether or not the shop has gift cards.
QUESTIONS: Final = {
    "me": "{me{permissions shop shopName dashboardUrl canConfirmDashboard}}",
    "estimate": '{exportEstimate(exportType:"gift_cards",scope:ALL){records}}',
    "preview": f"{{exportPreview(input:{{giftCards:{INPUT}}}){{headers rows recordCount}}}}",
    "unknown ids": f'{{exportUnknownIds(kind:"gift_cards",ids:["{CARD}"])}}',
    "records": f'{{exportRecords(exportType:"gift_cards",ids:["{CARD}"]){{__typename}}}}',
    "columns": '{exportColumns(exportType:"gift_cards"){key label}}',
    "templates": "{exportTemplates{name summary request}}",
    "templates of the type": '{exportTemplates(exportType:"gift_cards"){name}}',
    "statistics": "{exportStatistics{days{exports failed rows} runs{exportType rows}}}",
    "people": "{exportStatistics{people{name exports rows}}}",
    "list": "{exportFiles(first:10){totalCount edges{node{id title fileName rowCount}}}}",
    "list of the type": '{exportFiles(first:1,filter:{exportType:["gift_cards"]}){totalCount}}',
    "list of the person": '{exportFiles(first:1,filter:{user:"ann"}){totalCount}}',
    "options": "{exportOptions{vouchers{name codes} categories{name}}}",
    "export": f"mutation{{exportGiftCards(input:{INPUT}){{exportFile{{id}} errors{{message}}}}}}",
    "save a template": SAVE,
    "product filter": "{exportPreview(input:{products:{scope:FILTER,filter:{giftCard:true},"
    "fileType:CSV}}){rows recordCount}}",
}
# What a person can do with the id of an export or a template that somebody told them.
BY_ID: Final = {
    "exportFile": "query($id:ID!){exportFile(id:$id){status title fileName summary request url}}",
    **{
        name: f"mutation($id:ID!){{{name}(id:$id){{errors{{message}}}}}}"
        for name in (
            "exportFileCancel",
            "exportFileDelete",
            "exportFileRetry",
            "exportFileRevokeLink",
            "exportTemplateRun",
            "exportTemplateRemove",
        )
    },
}


def make_client(*, with_cards: bool) -> ApiClient:
    """A shop in which Bob may export everything but gift cards."""
    client = ApiClient(service=make_service(products=2))
    client.let_in("bob", make_requestor(MANAGE_PRODUCTS, MANAGE_DISCOUNTS, user=BOB))
    client.let_in("ann", make_requestor())
    if with_cards:
        fill(client.service.source, "gift_cards", make_gift_card(7, CODE))
        client.ask(
            f'mutation{{exportGiftCards(input:{INPUT[:-1]},title:"{TITLE}"}}){{errors{{code}}}}}}',
            "ann",
        )
        client.ask(SAVE, "ann")
        client.service.work()
    return client


@pytest.fixture
def client() -> ApiClient:
    return make_client(with_cards=True)


def ids_of(client: ApiClient) -> list[str]:
    """The ids of Ann's export and template."""
    query = "{exportFiles(first:1){edges{node{id}}} exportTemplates{id name}}"
    data = client.ask(query, "ann")["data"]
    template = next(one["id"] for one in data["exportTemplates"] if one["name"] == NAME)
    return [data["exportFiles"]["edges"][0]["node"]["id"], template]


def test_ann_sees_what_bob_must_not(client: ApiClient) -> None:
    seen = json.dumps([client.ask(query, "ann") for query in QUESTIONS.values()])
    assert [one for one in (CODE[-4:], TITLE, NAME) if one not in seen] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_answer_does_not_depend_on_the_gift_cards_of_the_shop(
    client: ApiClient, name: str
) -> None:
    empty = make_client(with_cards=False)
    answers = [json.dumps(one.ask(QUESTIONS[name], "bob")) for one in (client, empty)]
    assert answers[0] == answers[1]
    assert not [one for one in SECRETS if one in answers[0].replace(NAME, "")]


@pytest.mark.parametrize("name", BY_ID)
def test_an_id_opens_nothing(client: ApiClient, name: str) -> None:
    before: Any = dict(client.service.store.jobs)
    for id_ in ids_of(client):
        answer = json.dumps(client.ask(BY_ID[name], "bob", id=id_))
        assert not [one for one in SECRETS if one in answer]
    assert client.service.store.jobs == before
    assert len(ids_of(client)) == 2


def test_rest_routes_open_nothing(client: ApiClient) -> None:
    export_id, _ = ids_of(client)
    for answer in (client.status(export_id, "bob"), client.file(export_id, "bob")):
        assert answer.status == 403
        assert not [one for one in SECRETS if one in f"{answer.body}{answer.headers}"]


def test_mails_about_gift_cards_go_to_who_asked_alone(client: ApiClient) -> None:
    assert {mail.to for mail in client.service.mailer.sent} == {"ann@shop.example"}


def test_the_popup_for_gift_cards_is_the_same_for_everyone() -> None:
    pages = make_framed_pages()
    assert "gift" in pages.popup("gift-cards").body
    assert pages.popup("gift-cards").status == pages.popup("products").status == 200
    assert EXPORT_TYPES["gift_cards"].label not in pages.exports().body


def test_every_query_and_mutation_is_among_the_questions() -> None:
    schema = make_schema()
    fields = [name for root in ("Query", "Mutation") for name in schema.type_map[root].fields]  # type: ignore[attr-defined]
    asked = " ".join([*QUESTIONS.values(), *BY_ID.values()])
    # These name products or vouchers and nothing else.
    others = {"exportProducts", "exportVoucherCodes", "exportHeader", "exportUnknownNames"}
    assert {name for name in fields if f"{name}(" not in asked and name not in asked} <= {
        *others,
        "dashboardConfirm",
    }
