"""Disarm text that a spreadsheet would read as a formula (OWASP, "CSV Injection").

A `'` in front of a cell makes it text. A text may be split into several cells: where the list
separator is a semicolon (most of Europe) or a TAB, the quotes of a comma-separated file no longer
stand at the beginning of a cell, so `;`, TAB and line breaks inside of a text begin a new one. Each
of these cells is disarmed.
"""

from __future__ import annotations

import re
from typing import Final

# Excel in Japanese and Chinese also computes the full-width forms.
TRIGGERS: Final = "=+-@＝＋－＠"
# The sign of a typed value is part of the number.
_TRIGGERS_OF_VALUES: Final = "=@＝＠"
# Blanks before a trigger disappear in some spreadsheets, and a quote after a separator does.
BLANKS: Final = " \xa0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))

_starts: Final = re.compile(rf"[\t\r\n]|[{BLANKS}]*[{re.escape(TRIGGERS)}]").match
_starts_value: Final = re.compile(rf"[\t\r\n]|[{BLANKS}]*[{_TRIGGERS_OF_VALUES}]").match
# It begins with a set of characters, so the search skips other text quickly.
_disarm_inside: Final = re.compile(
    rf'[;\t\r\n](?=(?<=[;\t])[\t\r\n]|[{BLANKS}"]*[{re.escape(TRIGGERS)}])'
).sub
_RISKY_STARTS: Final = frozenset(TRIGGERS + BLANKS + "\t\r\n")


def disarm_text(text: str) -> str:
    """Return a text that is not a formula in any of the cells that it may become."""
    # `in` takes a fifth of the time of a regular expression.
    if ";" in text or "\t" in text or "\n" in text or "\r" in text:
        text = _disarm_inside(r"\g<0>'", text)
    return "'" + text if text[:1] in _RISKY_STARTS and _starts(text) else text


def disarm_value(text: str) -> str:
    """Return a typed value that is not a formula.

    Like `disarm_text`, but its leading sign stays.
    """
    if ";" in text or "\t" in text or "\n" in text or "\r" in text:
        text = _disarm_inside(r"\g<0>'", text)
    return "'" + text if text[:1] in _RISKY_STARTS and _starts_value(text) else text
