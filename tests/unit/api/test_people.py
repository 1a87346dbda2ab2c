"""Who may see the person or the app behind an export."""

from __future__ import annotations

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
