"""Two connected shops that try to read each other."""

from __future__ import annotations

import pytest

from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.global_id import encode_global_id
from local.issuer import LocalIssuer
from tests.factories import make_app, make_requestor
from tests.shop_world import NORTH, SOUTH, ShopWorld, make_claims, make_two_shops, signer_of

TOKEN = "AbCdEfGhIjKlMnOpQrStUvWxYz0123"
ALL = ("MANAGE_PRODUCTS", "MANAGE_GIFT_CARD", "MANAGE_DISCOUNTS")


@pytest.fixture
def world() -> ShopWorld:
    return make_two_shops()


@pytest.fixture
def job(world: ShopWorld) -> ExportFile:
    """Return a finished export of the northern shop."""
    asker = world.identify(world.staff_token(NORTH, user_permissions=list(ALL)))
    job = world.service.request(requestor=asker)
    world.service.work()
    return world.service.job(job)


def id_of(job: ExportFile) -> str:
    return encode_global_id("ExportFile", job.id)


def test_its_token_with_the_name_of_the_other_shop_is_refused(world: ShopWorld) -> None:
    token = signer_of(SOUTH).sign(make_claims(iss=signer_of(NORTH).url))
    assert world.identify(token).is_anonymous


def test_its_token_for_the_app_of_the_other_shop_is_refused(world: ShopWorld) -> None:
    world.connect(NORTH, app_id="QXBwOjc=")
    assert world.identify(world.staff_token(SOUTH, app="QXBwOjc=")).is_anonymous


def test_its_staff_are_strangers_at_the_address_of_the_other_shop(world: ShopWorld) -> None:
    token = world.staff_token(SOUTH)
    assert world.identify(token, SOUTH).shop == SOUTH
    assert world.identify(token, NORTH).is_anonymous


def test_its_staff_with_the_id_of_a_user_there_stay_here(world: ShopWorld, job: ExportFile) -> None:
    token = world.staff_token(SOUTH, user_id=job.requestor_id)
    assert world.ask(token, "query($id:ID!){exportFile(id:$id){id}}", id=id_of(job)) == {
        "data": {"exportFile": None}
    }


def test_its_list_does_not_show_exports_of_the_other_shop(
    world: ShopWorld, job: ExportFile
) -> None:
    query = "{exportFiles(first:10){totalCount}}"
    counts = [
        world.ask(world.staff_token(shop), query)["data"]["exportFiles"]["totalCount"]
        for shop in (NORTH, SOUTH)
    ]
    assert counts == [1, 0]


def test_its_staff_cannot_download_a_file_of_the_other_shop(
    world: ShopWorld, job: ExportFile
) -> None:
    tokens = map(world.staff_token, (NORTH, SOUTH))
    answers = [one.status for token in tokens for one in world.ask_rest(token, id_of(job))]
    assert answers == [200, 302, 404, 404]


@pytest.mark.parametrize("mutation", ["exportFileCancel", "exportFileRetry", "exportFileDelete"])
def test_its_staff_cannot_change_an_export_of_the_other_shop(
    world: ShopWorld, job: ExportFile, mutation: str
) -> None:
    query = f"mutation($id:ID!){{{mutation}(id:$id){{errors{{code}}}}}}"
    answer = world.ask(world.staff_token(SOUTH), query, id=id_of(job))
    assert answer["data"][mutation]["errors"][0]["code"] == "NOT_FOUND"
    assert world.service.job(job) == job


def test_its_app_is_not_known_at_the_address_of_the_other_shop(world: ShopWorld) -> None:
    world.know_app(SOUTH, TOKEN, *ALL)
    assert world.identify(TOKEN, NORTH).is_anonymous


@pytest.mark.parametrize(
    ("address", "statuses"), [("", [401, 401]), (NORTH, [200, 302]), (SOUTH, [401, 401])]
)
def test_an_app_downloads_at_the_address_of_its_shop_alone(
    world: ShopWorld, job: ExportFile, address: str, statuses: list[int]
) -> None:
    world.know_app(NORTH, TOKEN, *ALL)
    answers = world.ask_rest(TOKEN, id_of(job), address)
    assert [one.status for one in answers] == statuses
    asked = [signer_of(address).url] if address else []
    assert [url for url, _ in world.questions.asked[:1]] == asked


def test_its_answer_about_a_token_does_not_count_for_the_other_shop(world: ShopWorld) -> None:
    world.know_app(SOUTH, TOKEN, *ALL)
    assert world.identify(TOKEN, SOUTH).shop == SOUTH
    assert world.identify(TOKEN, NORTH).is_anonymous


def test_it_does_not_learn_tokens_of_the_other_shop(world: ShopWorld) -> None:
    world.know_app(NORTH, TOKEN, *ALL)
    world.identify(TOKEN, NORTH)
    world.identify(TOKEN)
    assert {url for url, _ in world.questions.asked} == {signer_of(NORTH).url}


def test_its_app_of_waybill_is_a_stranger_at_the_address_of_the_other_shop(
    world: ShopWorld,
) -> None:
    world.apps.requestors["waybill_south"] = make_requestor(shop=SOUTH, user=None, app=make_app())
    assert world.identify("waybill_south", SOUTH).shop == SOUTH
    assert world.identify("waybill_south", NORTH).is_anonymous


def test_its_keys_do_not_open_the_other_shop(world: ShopWorld) -> None:
    world.identify(world.staff_token(SOUTH))
    forged = LocalIssuer(signer_of(NORTH).url)
    forged._key = signer_of(SOUTH)._key
    assert world.identify(forged.sign(make_claims())).is_anonymous
