"""Any text as the content of an XLSX cell."""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape

MAX_CHARACTERS_PER_CELL: Final = 32_767
CUT_MARK: Final = "… [cut: a cell holds 32,767 characters]"
# Shorter texts fit in any case: a character is at most two UTF-16 units.
SURELY_FITTING: Final = MAX_CHARACTERS_PER_CELL // 2

_SPECIAL: Final = "&<>\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff"
_find_special: Final = re.compile(f"[{_SPECIAL}]|_x[0-9A-Fa-f]{{4}}_").search
_not_xml: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]").sub
_looks_escaped: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)").sub


def xml_text(text: str) -> str:
    """Return the text as XML. A text that is too long is cut and ends in a mark that says so."""
    if len(text) > SURELY_FITTING:
        text = _fitted(text)
    return _escaped(text) if _find_special(text) else text


def _fitted(text: str) -> str:
    # Spreadsheets count UTF-16 units: an emoji is two characters.
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * MAX_CHARACTERS_PER_CELL:
        return text
    kept = units[: 2 * (MAX_CHARACTERS_PER_CELL - len(CUT_MARK))]
    return kept.decode("utf-16-le", "ignore") + CUT_MARK


def _escaped(text: str) -> str:
    """Return XML for any text.

    Characters that XML cannot hold become `_xHHHH_` (ECMA-376, 22.9.2.19).
    """
    text = _looks_escaped("_x005F_", text)
    text = _not_xml(lambda found: f"_x{ord(found[0]):04X}_", text)
    return escape(text, {"\r": "&#13;"})
