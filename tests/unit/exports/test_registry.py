"""An export type costs a module, a line in the registry and a field of the schema: shown with a toy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.request import FileType
from chalicelib.domain.requestor import MANAGE_PRODUCTS
from chalicelib.exports.columns import Column, Level
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.formats.cells import CellKind
from tests.factories import make_service

TOYS: Final = ExportType(
    name="toys",
    label="toys",
    permission=MANAGE_PRODUCTS,
    file_prefix="toy",
    id_type="Toy",
    kind=lambda request: "toys",
    number=int,
    columns=lambda request, dictionaries: [
        Column("toy", CellKind.TEXT, Level.RECORD, ("name",)),
        Column("pieces", CellKind.NUMBER, Level.RECORD, ("pieces",)),
    ],
    predicate=lambda request, dictionaries, now: lambda toy: toy["pieces"] > 1,
)


@pytest.fixture
def toys() -> Iterator[None]:
    EXPORT_TYPES["toys"] = TOYS  # type: ignore[index]
    yield
    del EXPORT_TYPES["toys"]  # type: ignore[attr-defined]


def test_a_new_export_type_runs_through_the_whole_service(toys: None) -> None:
    service = make_service()
    toy: dict[str, Any]
    for number, toy in enumerate(
        [{"name": "Bear", "pieces": 1}, {"name": "Train, red", "pieces": 7}], start=1
    ):
        service.source.add("toys", number, toy)
    job = service.request("toys")
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS
    assert service.file_of(job) == b'toy,pieces\r\n"Train, red",7\r\n'
    assert service.job(job).file_name.startswith("toy_data_24_11_2026_09_30_00_")


def test_a_new_export_type_has_every_file_type(toys: None) -> None:
    service = make_service()
    job = service.request("toys", file_type=FileType.XLSX)
    service.work()
    assert service.job(job).file_name.endswith(".xlsx")
