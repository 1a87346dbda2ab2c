"""Causes of attempts that did not succeed, in words for people who wait."""

from __future__ import annotations

from typing import Final

from chalicelib.errors import Unavailable

INTERRUPTED: Final = "the work was interrupted"
# The beginnings of the texts of errors. What follows them may name internal parts.
_CAUSES: Final = {
    "The file store": "the file store did not answer",
    "The catalogue": "the catalogue did not answer",
    "The table": "the database did not answer",
    "The queue": "the message queue did not answer",
    "The shop": "the shop did not answer",
}
_UNKNOWN: Final = "a service did not answer"
_ORDINALS: Final = ("First", "Second", "Third", "Fourth", "Fifth")


def cause_of(error: Unavailable) -> str:
    """Return the cause behind an error, without the words of the error itself."""
    text = str(error)
    return next((cause for begin, cause in _CAUSES.items() if text.startswith(begin)), _UNKNOWN)


def announce(attempt: int, cause: str) -> str:
    """Return the sentence for an attempt (1 is the first), and why the one before it ended."""
    number = _ORDINALS[attempt - 1] if attempt <= len(_ORDINALS) else f"{attempt}th"
    return f"{number} try: {cause}."
