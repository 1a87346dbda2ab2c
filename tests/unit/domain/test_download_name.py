from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.download_name import download_name
from chalicelib.domain.file_options import Layout, LayoutOptions
from chalicelib.domain.transitions import create
from tests.factories import make_request, make_requestor

STORED = "product_data_26_11_2026_10_14_10_28ff366a.csv.gz"
NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


def name_of(title: str, *, at: datetime = NOW, language: str = "en", **given: Any) -> str:
    request = make_request(title=title, **given)
    created = create(
        request=request, requestor=make_requestor(), file_name=STORED, now=at, retention_seconds=9
    )
    return download_name(replace(created.after, language=language))


def test_a_file_with_a_title_is_downloaded_under_it() -> None:
    assert name_of("Price list") == "Price list 2026-11-26.csv.gz"


def test_a_file_without_a_title_keeps_its_name() -> None:
    assert name_of("") == name_of(" .. ") == STORED


def test_a_file_for_people_without_a_title_has_the_name_of_its_type() -> None:
    people = LayoutOptions(layout=Layout.PEOPLE)
    assert name_of("", layout=people) == "Products 2026-11-26.csv.gz"
    named = name_of("", layout=people, export_type="gift_cards", language="de")
    assert named == "Geschenkkarten 2026-11-26.csv.gz"


def test_the_day_in_a_name_is_that_of_the_files_time_zone() -> None:
    tokyo = LayoutOptions(time_zone="Asia/Tokyo")
    assert name_of("Tea", at=NOW.replace(hour=16), layout=tokyo) == "Tea 2026-11-27.csv.gz"


def test_what_is_left_out_of_a_name_leaves_one_space() -> None:
    assert name_of('Tea: "green" / black') == "Tea green black 2026-11-26.csv.gz"


@pytest.mark.parametrize("title", ['a/b\\c:"d"', "a<b>c|d?*", "../a\x7fb"])
def test_characters_that_names_of_files_cannot_have_are_left_out(title: str) -> None:
    assert not set(name_of(title)) & set('/\\:"<>|?*\x7f')
