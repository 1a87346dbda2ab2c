from __future__ import annotations

import json

import pytest

from chalicelib.domain.request import ExportRequest
from chalicelib.words.text import find_language, in_language, join, say
from tests.factories import make_request


def test_a_text_is_english_and_knows_its_german() -> None:
    text = say("At most {most:,} ids can be given. Split the export, or use a filter.", most=2_000)
    assert text == "At most 2,000 ids can be given. Split the export, or use a filter."
    assert in_language(text, "de").startswith("Höchstens 2.000 IDs sind möglich.")


def test_texts_in_texts_are_in_the_same_language() -> None:
    text = say("All {label}", label=join(say(" or "), (say("products"), say("gift cards"))))
    assert in_language(text, "en") == text == "All products or gift cards"
    assert in_language(text, "de") == "Alle Produkte oder Geschenkkarten"


def test_a_text_that_no_catalogue_has_is_english_in_every_language() -> None:
    assert in_language(say("{who} sings", who="Ann"), "de") == "Ann sings"
    assert in_language("plain", "de") == "plain"


@pytest.mark.parametrize(
    ("tag", "code"), [("de", "de"), ("DE-at", "de"), ("fr", "en"), ("", "en"), ("dex", "en")]
)
def test_an_unknown_language_is_english(tag: str, code: str) -> None:
    assert find_language(tag) == code


def test_a_stored_summary_keeps_its_languages() -> None:
    request = make_request(summary=say("All {label}", label=say("products")))
    stored = ExportRequest.from_json(json.loads(json.dumps(request.to_json())))
    assert (stored.summary, in_language(stored.summary, "de")) == ("All products", "Alle Produkte")
