from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from chalicelib.catalog.rich_text import plain_text


def rich(*blocks: Mapping[str, object]) -> str:
    return json.dumps({"blocks": list(blocks)})


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Hello", "Hello"),
        ("<b>Hello</b> you", "Hello you"),
        ("a &amp; b", "a &amp; b"),
        ('<a href="https://example.com">link</a>', "link"),
    ],
)
def test_tags_are_stripped_and_entities_are_left(text: str, plain: str) -> None:
    assert plain_text(rich({"type": "paragraph", "data": {"text": text}})) == plain


def test_blocks_are_joined_by_blanks() -> None:
    made = rich(*({"type": "paragraph", "data": {"text": word}} for word in ("one", "two")))
    assert plain_text(made) == "one two"


@pytest.mark.parametrize("broken", ["", "no json", "[]", "{}", '{"blocks": 3}'])
def test_what_is_no_rich_text_is_empty(broken: str) -> None:
    assert plain_text(broken) == ""


def test_a_marked_section_that_no_parser_knows_stays_as_it_is() -> None:
    text = "Fits <![L] > M tea"
    assert plain_text(rich({"type": "paragraph", "data": {"text": text}})) == text


def test_tags_hidden_in_tags_do_not_take_for_ever() -> None:
    text = "<" * 20_000 + "a>" * 20_000
    assert "<" in plain_text(rich({"type": "paragraph", "data": {"text": text}}))


@pytest.mark.parametrize(
    "block",
    [
        {"type": "image", "data": {"file": "x"}},
        {"type": "list", "data": {"items": 7}},
        {"type": "list", "data": {"items": [{"items": "x"}]}},
        {"type": "embed", "data": []},
    ],
)
def test_a_block_of_another_shape_has_no_text(block: dict[str, object]) -> None:
    assert plain_text(rich(block, {"type": "paragraph", "data": {"text": "tea"}})) == "tea"


def test_what_is_nested_without_end_is_empty() -> None:
    items = '[{"items":' * 600 + "[]" + "}]" * 600
    assert plain_text(f'{{"blocks":[{{"type":"list","data":{{"items":{items}}}}}]}}') == ""
    assert plain_text("[" * 100_000) == ""
