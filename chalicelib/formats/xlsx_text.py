"""Any text as the content of an XLSX cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

MAX_CHARACTERS_PER_CELL: Final = 32_767
CUT_MARK: Final = "… [cut: a cell holds 32,767 characters]"
# Shorter texts fit in any case: a character is at most two UTF-16 units.
_SURELY_FITTING: Final = MAX_CHARACTERS_PER_CELL // 2

_SPECIAL: Final = "&<>\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff"
_find_special: Final = re.compile(f"[{_SPECIAL}]|_x[0-9A-Fa-f]{{4}}_").search
_not_xml: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]").sub
_looks_escaped: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)").sub


# Stands around texts while they are checked together. A text that has one costs a closer look.
_MARK: Final = "\x7f"
_LEADING, _TRAILING = f"{_MARK} ", f" {_MARK}"
# The classes of bytes. 0xEF begins U+FFFE and U+FFFF.
_HARMLESS, _USUALLY_HARMLESS, _HARMFUL = range(3)
_CLASSES: Final = bytes(
    _HARMFUL if byte < 0x20 or byte in b"&<>" else
    _USUALLY_HARMLESS if byte in b"_\xef" else
    _HARMLESS
    for byte in range(256)
)  # fmt: skip


def are_plain(texts: Sequence[str]) -> bool:
    """Return whether all texts are XML as they are. False may be wrong.

    Texts are checked together, because that takes a twentieth of the time of a regular expression.
    """
    marked = _MARK + _MARK.join(texts) + _MARK
    classes = marked.encode("utf-8", "xmlcharrefreplace").translate(_CLASSES)
    if _HARMFUL in classes or max(map(len, texts)) > _SURELY_FITTING:
        return False
    if _USUALLY_HARMLESS in classes and any(one in marked for one in ("_x", "\ufffe", "\uffff")):
        return False
    # XML readers may drop blanks at an end. Texts with line breaks and TABs are not plain anyway.
    return " " not in marked or not (_LEADING in marked or _TRAILING in marked)


def xml_text(text: str) -> str:
    """Return the text as XML. A text that is too long is cut and ends in a mark that says so."""
    if len(text) > _SURELY_FITTING:
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
