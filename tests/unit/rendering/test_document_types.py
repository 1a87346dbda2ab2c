"""The types that documents are decoded into."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from chalicelib.exports.columns import Path
from chalicelib.rendering.document_types import name_of, struct_of


def test_the_type_of_the_same_fields_is_made_once() -> None:
    fields: dict[Path, Any] = {("names", "en"): str, ("used",): int}
    assert struct_of(fields) is struct_of(dict(fields))


def test_the_same_fields_with_values_of_other_types_have_another_type() -> None:
    texts, numbers = (struct_of({("used",): one}) for one in (str, int))
    assert getattr(msgspec.json.decode(b'{"used":"7"}', type=texts), name_of("used")) == "7"
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"used":"7"}', type=numbers)
