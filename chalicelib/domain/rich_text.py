"""The plain text of EditorJS rich text, as Saleor's exports show it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any


def plain_text(rich_text: str) -> str:
    """The blocks' texts joined by blanks: tags stripped, entities left; "" for text that is not EditorJS."""
    try:
        blocks = json.loads(rich_text)["blocks"]
    except (ValueError, KeyError, TypeError):
        return ""
    if not isinstance(blocks, list):
        return ""
    return " ".join(strip_tags(text) for block in blocks for text in _texts(block))


def strip_tags(text: str) -> str:
    """The text without HTML tags and comments; entities stay as they are written."""
    while "<" in text and ">" in text:
        stripper = _TagStripper()
        stripper.feed(text)
        stripper.close()
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
        yield from _items(data.get("items") or [])
    elif block.get("type") == "image":
        yield from _present((data.get("file") or {}).get("url"), data.get("caption"))
    elif block.get("type") == "embed":
        yield from _present(data.get("source"), data.get("embed"), data.get("caption"))
    else:
        yield from _present(data.get("text"))


def _items(items: list[Any]) -> Iterator[str]:
    """List items are texts, or, in nested lists, objects with a content and items of their own."""
    for item in items:
        if isinstance(item, dict):
            yield from _present(item.get("content"))
            yield from _items(item.get("items") or [])
        else:
            yield from _present(item)


def _present(*texts: Any) -> Iterator[str]:
    return (text for text in texts if isinstance(text, str) and text)


class _TagStripper(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.parts.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.parts.append(f"&#{name};")
