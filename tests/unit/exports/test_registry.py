"""An export type is one module, one line in the registry and one field in the schema."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from graphql import get_named_type

from chalicelib.api.schema import make_schema
from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.request import Scope
from chalicelib.domain.requestor import MANAGE_PRODUCTS
from chalicelib.exports.columns import Column, Level
from chalicelib.exports.export_type import ExportType
from chalicelib.exports.registry import ALL_PERMISSIONS, EXPORT_TYPES
from chalicelib.formats.cells import CellKind
from chalicelib.formats.registry import FileType
from ops.show import kind_of
from tests.api_client import ApiClient
from tests.factories import make_request, make_requestor, make_service
from tests.local_run import ROOT

TOYS: Final = ExportType(
    name="toys",
    singular="toy",
    label="toys",
    permission=MANAGE_PRODUCTS,
    file_prefix="toy",
    mutation="exportToys",
    input_type="ExportToysInput",
    id_type="Toy",
    read_input=lambda context, given: make_request("toys"),
    kind=lambda request: "toys",
    number=int,
    columns=lambda request, dictionaries: [
        Column("toy", CellKind.TEXT, Level.RECORD, ("name",)),
        Column("pieces", CellKind.NUMBER, Level.RECORD, ("pieces",)),
    ],
    predicate=lambda request, dictionaries, now: lambda toy: toy["pieces"] > 1,
)


@pytest.mark.parametrize("export_type", EXPORT_TYPES.values(), ids=lambda one: one.name)
def test_an_export_type_has_its_mutation_in_the_schema(export_type: ExportType) -> None:
    mutation = make_schema().mutation_type
    assert mutation is not None
    field = mutation.fields[export_type.mutation]
    assert str(field.args["input"].type) == f"{export_type.input_type}!"
    assert field.resolve is not None


@pytest.mark.parametrize("export_type", EXPORT_TYPES.values(), ids=lambda one: one.name)
def test_every_option_of_an_export_type_is_a_field_of_its_input(export_type: ExportType) -> None:
    for option in export_type.options:
        type_: Any = make_schema().type_map[export_type.input_type]
        for name in option.path:
            type_ = get_named_type(type_.fields[name].type)
        assert not option.choices or set(option.choices) <= set(type_.values)


@pytest.mark.parametrize("export_type", EXPORT_TYPES.values(), ids=lambda one: one.name)
def test_the_dictionaries_of_an_export_type_can_be_read_with_its_permission(
    export_type: ExportType,
) -> None:
    client = ApiClient()
    client.let_in("holder", make_requestor(export_type.permission))
    for kind in export_type.dictionaries:
        name = re.sub("_([a-z])", lambda letter: letter[1].upper(), kind)
        answer = client.ask(f"{{exportOptions{{{name}{{id}}}}}}", token="holder")
        assert answer == {"data": {"exportOptions": {name: []}}}


@pytest.mark.parametrize("export_type", EXPORT_TYPES.values(), ids=lambda one: one.name)
def test_ops_show_knows_the_records_of_an_export_type(export_type: ExportType) -> None:
    kind = export_type.kind(make_request(export_type.name, scope=Scope.IDS))
    assert kind_of(export_type.singular) == kind


@pytest.mark.parametrize("export_type", EXPORT_TYPES.values(), ids=lambda one: one.name)
def test_the_page_has_an_entry_for_an_export_type(export_type: ExportType) -> None:
    text = (ROOT / "chalicelib" / "web" / "export-types.js").read_text("utf-8")
    found = re.search(rf"^  {export_type.name}: {{\n(.*?)^  }},$", text, re.DOTALL | re.MULTILINE)
    assert found is not None
    scopes = ", ".join(f'"{scope}"' for scope in export_type.scopes)
    for entry in (
        f'permission: "{export_type.permission}"',
        f'mutation: "{export_type.mutation}"',
        f'input: "{export_type.input_type}"',
        f'idType: "{export_type.id_type}"',
        f"scopes: [{scopes}]",
    ):
        assert entry in found[1]


def test_a_permission_that_two_export_types_share_is_named_once() -> None:
    assert len(set(ALL_PERMISSIONS)) == len(ALL_PERMISSIONS)


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
