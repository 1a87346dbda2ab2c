"""Split texts into words where PostgreSQL's parser does, because Saleor searches with PostgreSQL.

`12.50`, `-5`, `a@b.example`, `red/blue` and `shop.example` are one word each. `blue-green` gives
itself, then its parts. `shop.example/a` gives itself, then the host, then the path. An underscore
separates words. HTML tags and entities are skipped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

# Marks that no word contains. In a list of words, WORD_END ends each word, so that a prefix with it
# matches the whole word, and TEXT_END follows each text, so that no phrase spans two texts.
WORD_END: Final = "\x01"
TEXT_END: Final = "\x00"

_LETTER: Final = r"[^\W\d_]"
_WORD: Final = r"[^\W_]+"
_PART: Final = rf"\d*{_LETTER}[^\W_]*"
# Repetitions are bounded: without a bound, a long run of such characters takes quadratic time,
# because the expression is tried again from each of its characters.
_NAME: Final = r"[a-z0-9_-]{0,255}"
_HOST: Final = rf"[a-z0-9_](?:{_NAME}\.){{1,127}}[a-z][a-z0-9]{{1,62}}"
_find_words: Final = re.compile(
    rf"""
    (?P<none> &(?:\#\w+|[a-z]\w*); | </?[a-z][^<>]*> | [a-z]+:// )
  | (?P<email> [a-z0-9_]{_NAME}(?:\.[a-z0-9_-]{{1,255}}){{0,127}}@{_HOST} )
  | (?P<host> {_HOST}(?::\d+)?(?![a-z0-9]) ) (?P<path> /[^\s"<>]+ )?
  | (?P<file> (?:~?/)?(?!\d+\.)[a-z0-9_]{_NAME}(?:[./][a-z0-9_-]{{1,255}})+
      | ~?/[a-z0-9_]{_NAME} )(?!\w)
  | (?P<number> \d+(?:\.\d+){{2,}} | (?>[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?!{_LETTER})
      | [+-]?\d+\.\d+ | [+-]\d+ )
  | (?P<compound> {_PART}(?:-{_PART})+ )-?
  | {_WORD}
    """,
    re.VERBOSE,
).finditer


def fold(text: str) -> str:
    """Return the text without case and accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def split_words(text: str) -> list[str]:
    """Return the folded words of a text in order."""
    folded = fold(text)
    # Most names consist of letters and blanks, and need no parser.
    if folded.replace(" ", "").isalpha():
        return folded.split()
    return [word for match in _find_words(folded) for word in _words(match)]


def _words(match: re.Match[str]) -> Iterator[str]:
    kind, text = match.lastgroup, match[0]
    if kind == "compound":
        compound = match["compound"]
        yield compound
        yield from compound.split("-")
    elif kind == "path":
        yield from (text, match["host"], match["path"])
    elif kind != "none":
        yield text
