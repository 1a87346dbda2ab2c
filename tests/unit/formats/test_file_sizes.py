from __future__ import annotations

import pytest

from chalicelib.domain.request import Formulas
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.formats.file_sizes import estimate_bytes


class FakeTextFormat(CsvFormat):
    """A text format that nobody has measured."""

    file_extension = "copy"


@pytest.mark.parametrize("is_gzipped", [False, True])
def test_a_new_text_format_is_as_large_as_csv(is_gzipped: bool) -> None:
    formats = [FakeTextFormat(Formulas.ESCAPE), CsvFormat(Formulas.ESCAPE)]
    chosen = [one.gzipped() for one in formats] if is_gzipped else formats
    new, csv = (estimate_bytes(one, ["id", "name"], 40, 1_000) for one in chosen)
    assert new == csv > 0
