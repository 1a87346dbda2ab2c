from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.adapters.aws.item_attributes import (
    present,
    read_app,
    read_user,
    write_requestor,
    write_time,
)
from chalicelib.adapters.export_files.event_models import ExportEventItem
from chalicelib.domain.requestor import App, User
from tests.factories import ANN, make_app
from tests.fake_moment import make_moment
from tests.fakes import START


@pytest.mark.parametrize(("user", "app"), [(ANN, None), (None, make_app()), (None, None)])
def test_who_asked_is_read_as_it_was_stored(user: User | None, app: App | None) -> None:
    item = ExportEventItem("k", "d", **present(write_requestor(user, app)))
    assert (read_user(item), read_app(item)) == (user, app)


def test_an_item_of_a_version_that_knew_ids_alone_has_no_names() -> None:
    item = ExportEventItem("k", "d", user_id="u", app_id="a")
    assert read_user(item) == replace(ANN, id="u", email="", first_name="", last_name="")
    assert read_app(item) == App(id="a", name="", identifier="")


@pytest.mark.parametrize("home", ["Asia/Tokyo", "UTC"])
def test_a_time_is_stored_in_utc_in_whatever_zone_a_computer_is(home: str) -> None:
    assert write_time(make_moment(START, home)) == "2026-11-24T09:30:00.000000+00:00"
