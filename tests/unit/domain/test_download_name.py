from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.domain.download_name import download_name
from chalicelib.domain.transitions import create
from tests.factories import make_request, make_requestor

STORED = "product_data_26_11_2026_10_14_10_28ff366a.csv.gz"
NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)


def name_of(title: str) -> str:
    request = make_request(title=title)
    created = create(
        request=request, requestor=make_requestor(), file_name=STORED, now=NOW, retention_seconds=9
    )
    return download_name(created.after)


def test_a_file_with_a_title_is_downloaded_under_it() -> None:
    assert name_of("Price list") == "Price list 2026-11-26.csv.gz"


def test_a_file_without_a_title_keeps_its_name() -> None:
    assert name_of("") == name_of(" .. ") == STORED


@pytest.mark.parametrize("title", ['a/b\\c:"d"', "a<b>c|d?*", "../a\x7fb"])
def test_characters_that_names_of_files_cannot_have_are_left_out(title: str) -> None:
    assert not set(name_of(title)) & set('/\\:"<>|?*\x7f')
