"""Show codes without giving them away: whoever has a code has money."""

from __future__ import annotations

from typing import Final

SHOWN_CHARACTERS: Final = 4


def mask(code: str) -> str:
    """Return a code of which only the last characters can be read, "" for none."""
    shown = code[-SHOWN_CHARACTERS:] if len(code) > SHOWN_CHARACTERS else ""
    return f"••••{shown}" if code else ""
