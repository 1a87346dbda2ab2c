"""Causes of attempts that did not succeed, in words for people who wait."""

from __future__ import annotations

from typing import Final

from chalicelib.words.text import Text, say

INTERRUPTED: Final = say("the work was interrupted")
_ORDINALS: Final = (say("First"), say("Second"), say("Third"), say("Fourth"), say("Fifth"))


def announce(attempt: int, cause: str) -> Text:
    """Return the sentence for an attempt (1 is the first), and why the one before it ended."""
    is_named = attempt <= len(_ORDINALS)
    number = _ORDINALS[attempt - 1] if is_named else say("{number}th", number=attempt)
    # The job stores its cause in English alone.
    return say("{number} try: {cause}.", number=number, cause=say(cause))
