"""The plain text of EditorJS rich text, as Saleor's exports show it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

# Each round may uncover another tag, and a text has room for many. Django has the same bound
# (CVE-2024-53907).
MAX_ROUNDS: Final = 50


def plain_text(rich_text: str) -> str:
    """Return the texts of the blocks joined by blanks, without tags and with entities.

    A text that is not EditorJS gives "".
    """
    try:
        blocks = json.loads(rich_text)["blocks"]
        texts = (
            [text for block in blocks for text in _texts(block)] if isinstance(blocks, list) else []
        )
    # Apps write any JSON into these fields, and one odd text must not fail the export.
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return " ".join(map(strip_tags, texts))


def strip_tags(text: str) -> str:
    """Return the text without HTML tags and comments. Entities stay as they are written.

    A text that is not HTML is returned as it is, and so are tags nested too deep in tags.
    """
    for _ in range(MAX_ROUNDS):
        if "<" not in text or ">" not in text:
            break
        stripper = _TagStripper()
        try:
            stripper.feed(text)
            stripper.close()
        except AssertionError:
            # The parser fails at a marked section (`<![`) that it does not know.
            return text
        stripped = "".join(stripper.parts)
        if stripped.count("<") == text.count("<"):
            return stripped
        text = stripped
    return text


def _texts(block: Any) -> Iterator[str]:
    data = block.get("data") if isinstance(block, dict) else None
    if not isinstance(data, dict):
        return
    if block.get("type") == "list":
        yield from _items(data.get("items"))
    elif block.get("type") == "image":
        file = data.get("file")
        yield from _present(
            file.get("url") if isinstance(file, dict) else None, data.get("caption")
        )
    elif block.get("type") == "embed":
        yield from _present(data.get("source"), data.get("embed"), data.get("caption"))
    else:
        yield from _present(data.get("text"))


def _items(items: Any) -> Iterator[str]:
    """Yield the texts of list items.

    An item of a nested list is an object with items of its own.
    """
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict):
            yield from _present(item.get("content"))
            yield from _items(item.get("items"))
        else:
            yield from _present(item)


def _present(*texts: Any) -> Iterator[str]:
    return (text for text in texts if isinstance(text, str) and text)


class _TagStripper(HTMLParser):
    def __init__(self) -> None:
        # Saleor strips tags with Django, which leaves `&amp;` as it is.
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")
