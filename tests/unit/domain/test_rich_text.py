from __future__ import annotations

import json

import pytest

from chalicelib.domain.rich_text import plain_text


def rich(*blocks: dict[str, object]) -> str:
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
