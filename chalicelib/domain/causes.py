"""Causes of attempts that did not succeed, in words for people who wait."""

from __future__ import annotations

from typing import Final

INTERRUPTED: Final = "the work was interrupted"
_ORDINALS: Final = ("First", "Second", "Third", "Fourth", "Fifth")


def announce(attempt: int, cause: str) -> str:
    """Return the sentence for an attempt (1 is the first), and why the one before it ended."""
    number = _ORDINALS[attempt - 1] if attempt <= len(_ORDINALS) else f"{attempt}th"
    return f"{number} try: {cause}."
