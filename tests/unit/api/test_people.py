"""Who may see the person or the app behind an export."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.requestor import (
    MANAGE_APPS,
    MANAGE_PRODUCTS,
    MANAGE_STAFF,
    App,
    Requestor,
    User,
)
from tests.api_client import ApiClient
from tests.factories import make_requestor, make_service

ANN = User(id="VXNlcjox", email="ann@shop.example")
BOB = User(id="VXNlcjoy", email="bob@shop.example")
ROBOT, OTHER = App(id="QXBwOjE=", name="Robot"), App(id="QXBwOjI=", name="Other")


def make_person(user: User, *permissions: str) -> Requestor:
    return make_requestor(MANAGE_PRODUCTS, *permissions, user=user)


def make_program(app: App, *permissions: str) -> Requestor:
    return make_requestor(MANAGE_PRODUCTS, *permissions, user=None, app=app)


def is_shown(owner: Requestor, reader: Requestor, field: str) -> bool:
    """Whether a reader sees who asked for an export; otherwise the answer has an error for it."""
    client = ApiClient(service=make_service(products=1))
    client.service.request(requestor=owner)
    client.let_in("reader", reader)
    query = f"{{exportFiles(first:1){{edges{{node{{{field}{{id}}}}}}}}}}"
    answer = client.ask(query, token="reader")
    denied = [one["extensions"]["exception"]["code"] for one in answer.get("errors", ())]
    assert denied in ([], ["PermissionDenied"])
    return not denied


@pytest.mark.parametrize(
    ("reader", "shown"),
    [
        (make_person(ANN), True),
        (make_person(BOB), False),
        (make_person(BOB, MANAGE_APPS), False),
        (make_person(BOB, MANAGE_STAFF), True),
        (make_program(ROBOT), False),
        (make_program(ROBOT, MANAGE_STAFF), True),
    ],
)
def test_a_person_is_shown_to_themselves_and_to_those_who_manage_staff(
    reader: Requestor, *, shown: bool
) -> None:
    assert is_shown(make_person(ANN), reader, "user") is shown


@pytest.mark.parametrize(
    ("reader", "shown"),
    [
        (make_program(ROBOT), True),
        (make_program(OTHER), False),
        (make_program(OTHER, MANAGE_STAFF), False),
        (make_program(OTHER, MANAGE_APPS), True),
        (make_person(ANN), False),
        (make_person(ANN, MANAGE_APPS), True),
    ],
)
def test_an_app_is_shown_to_itself_and_to_those_who_manage_apps(
    reader: Requestor, *, shown: bool
) -> None:
    assert is_shown(make_program(ROBOT), reader, "app") is shown


def people_seen_by(reader: Requestor, *owners: Requestor) -> list[list[object]]:
    """Name and number of exports of each, after each owner has asked for one."""
    client = ApiClient(service=make_service(products=1))
    for owner in owners:
        client.service.request(requestor=owner)
    client.let_in("reader", reader)
    answer = client.ask("{exportStatistics{people{name exports rows}}}", token="reader")
    return [[one["name"], one["exports"]] for one in answer["data"]["exportStatistics"]["people"]]


@pytest.mark.parametrize(
    ("reader", "people"),
    [
        (make_person(BOB), [["bob@shop.example", 1], [None, 3]]),
        (
            make_person(BOB, MANAGE_STAFF),
            [["ann@shop.example", 2], ["bob@shop.example", 1], [None, 1]],
        ),
        (make_person(BOB, MANAGE_APPS), [["bob@shop.example", 1], ["Robot", 1], [None, 2]]),
        (make_program(ROBOT), [["Robot", 1], [None, 3]]),
    ],
)
def test_statistics_name_only_those_whom_the_requestor_may_see(
    reader: Requestor, people: list[list[object]]
) -> None:
    owners = make_person(ANN), make_person(BOB), make_program(ROBOT), make_person(ANN)
    assert people_seen_by(reader, *owners) == people


def test_a_name_in_the_statistics_finds_the_exports_in_the_list() -> None:
    client = ApiClient(service=make_service(products=1))
    ann = make_person(replace(ANN, first_name="Ann", last_name="Lee"))
    for owner in (ann, ann, make_program(ROBOT)):
        client.service.request(requestor=owner)
    client.let_in("reader", make_person(BOB, MANAGE_STAFF, MANAGE_APPS))
    answer = client.ask("{exportStatistics{people{user app exports}}}", token="reader")
    people = answer["data"]["exportStatistics"]["people"]
    assert [bool(one["app"]) for one in people] == [False, True]
    query = "query($of:ExportFileFilterInput){exportFiles(first:9,filter:$of){totalCount}}"
    for one in people:
        of = {name: one[name] for name in ("user", "app") if one[name]}
        found = client.ask(query, token="reader", of=of)["data"]["exportFiles"]
        assert found["totalCount"] == one["exports"]


def test_statistics_name_the_ten_who_export_most() -> None:
    staff = [User(id=f"u{number}", email=f"{number}@shop.example") for number in range(12)]
    owners = [make_person(one) for one in (*staff, staff[3])]
    people = people_seen_by(make_person(BOB, MANAGE_STAFF), *owners)
    assert people[0] == ["3@shop.example", 2]
    assert (len(people), people[-1]) == (11, [None, 2])
