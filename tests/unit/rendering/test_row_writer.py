"""Rows from the cells of their columns."""

from __future__ import annotations

import pytest

from chalicelib.domain.file_options import CsvOptions, Encoding
from chalicelib.domain.request import Formulas
from chalicelib.exports.product_columns import FIELDS
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.rendering.row_writer import compile_writer

HALF = "a\ud83d"


@pytest.mark.parametrize("encoding", Encoding)
def test_half_an_emoji_is_a_question_mark_in_its_row_alone(encoding: Encoding) -> None:
    csv = CsvFormat(Formulas.RAW, CsvOptions(encoding=encoding))
    write = compile_writer([FIELDS["NAME"], FIELDS["VARIANT_SKU"]], csv)
    rows = write([[HALF, "Mate"], ["1", HALF, "3"]], [2, 1])
    assert [row.decode(csv.encoding) for row in rows] == ["a?,1\r\n", "a?,a?\r\n", "Mate,3\r\n"]


def test_no_records_have_no_rows() -> None:
    write = compile_writer([FIELDS["NAME"]], CsvFormat(Formulas.RAW))
    assert len(write([[]], [])) == 0


def test_cells_of_another_number_of_rows_are_an_error_and_no_shorter_file() -> None:
    write = compile_writer([FIELDS["NAME"], FIELDS["VARIANT_SKU"]], CsvFormat(Formulas.RAW))
    with pytest.raises(ValueError, match="size"):
        write([["Mate"], ["1", "2"]], [3])
