"""Texts for people. A text is English for every client, and carries the other languages with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from string import Formatter
from typing import Any, Final, Self

from chalicelib.words import german

ENGLISH: Final = "en"
# Texts by their English, with the same {names} in the places of values.
CATALOGUES: Final[Mapping[str, Mapping[str, str]]] = {"de": german.TEXTS}


class Text(str):
    """An English text that knows itself in `others`: other languages, by their codes."""

    # Methods of `str` return plain English: what cuts a text drops its languages. Use `reword`.
    __slots__ = ("others",)
    others: Mapping[str, str]

    def __new__(cls, english: str, others: Mapping[str, str] | None = None) -> Self:
        """Return the text."""
        text = super().__new__(cls, english)
        text.others = others or {}
        return text


def say(english: str, **values: Any) -> Text:
    """Return an English text in every language, with the values in the places of {names}.

    Values that are texts are said in the language around them. A language that lacks the text has
    it in English.
    """
    others = {
        code: _filled(code, catalogue.get(english, english), values)
        for code, catalogue in CATALOGUES.items()
    }
    return Text(_filled(ENGLISH, english, values), others)


def find_language(tag: str) -> str:
    """Return the code of the language of a tag such as `de-AT`, English for an unknown one."""
    code = tag.partition("-")[0].lower()
    return code if code in CATALOGUES else ENGLISH


def in_language(text: str, code: str) -> str:
    """Return a text in a language, in English if the text does not know that language."""
    return text.others.get(code, str(text)) if isinstance(text, Text) else text


def others_of(text: str | None) -> Mapping[str, str]:
    """Return a text in the languages beside English, by their codes."""
    return text.others if isinstance(text, Text) else {}


def join(separator: str, texts: Iterable[str]) -> Text:
    """Return texts joined in every language."""
    joined = tuple(texts)
    others = {
        code: in_language(separator, code).join(in_language(one, code) for one in joined)
        for code in CATALOGUES
    }
    return Text(separator.join(joined), others)


def reword(text: Text, change: Callable[[str], str]) -> Text:
    """Return a text with a change that is made in every language."""
    return Text(change(text), {code: change(other) for code, other in text.others.items()})


def _filled(code: str, text: str, values: Mapping[str, Any]) -> str:
    # Texts without values may hold braces.
    if not values:
        return text
    said = {
        name: in_language(value, code) if isinstance(value, str) else value
        for name, value in values.items()
    }
    return _FORMATTERS.get(code, Formatter()).vformat(text, (), said)


_SWAPPED: Final = str.maketrans(",.", ".,")


class _GermanFormatter(Formatter):
    """Formats values as people write them in German: 1.234 and 0,5."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        """Return a value as text."""
        text: str = super().format_field(value, format_spec)
        return text.translate(_SWAPPED) if isinstance(value, int | float) else text


_FORMATTERS: Final[Mapping[str, Formatter]] = {"de": _GermanFormatter()}
