from __future__ import annotations

import pytest
from graphql import GraphQLEnumType

from chalicelib.api.schema import make_schema
from chalicelib.domain.request import Compression
from chalicelib.errors import RequestRefused
from chalicelib.formats.registry import FileType, format_of
from tests.factories import make_request


@pytest.mark.parametrize(
    ("file_type", "compression", "extension", "content_type"),
    [
        ("CSV", Compression.NONE, "csv", "text/csv; charset=utf-8"),
        ("CSV", Compression.GZIP, "csv.gz", "application/gzip"),
        ("JSONL", Compression.NONE, "jsonl", "application/jsonl"),
        ("JSONL", Compression.GZIP, "jsonl.gz", "application/gzip"),
        ("PARQUET", Compression.NONE, "parquet", "application/vnd.apache.parquet"),
        (
            "XLSX",
            Compression.NONE,
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
    ],
)
def test_a_format_names_its_files_and_their_content(
    file_type: str, compression: Compression, extension: str, content_type: str
) -> None:
    row_format = format_of(make_request(file_type=file_type, compression=compression))
    assert (row_format.file_extension, row_format.content_type) == (extension, content_type)


@pytest.mark.parametrize("file_type", [FileType.XLSX, FileType.PARQUET])
def test_a_file_type_that_is_compressed_already_refuses_compression(file_type: FileType) -> None:
    with pytest.raises(RequestRefused, match="compressed already") as refused:
        format_of(make_request(file_type=file_type, compression=Compression.GZIP))
    assert refused.value.field == "compression"


def test_every_file_type_can_be_asked_for() -> None:
    listed = make_schema().type_map["FileTypesEnum"]
    assert isinstance(listed, GraphQLEnumType)
    assert list(listed.values) == [one.value for one in FileType]
