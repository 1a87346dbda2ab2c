"""The exports that run in a world with faults."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cache
from random import Random
from typing import Any, Final

from chalicelib.domain.export_file import JobStatus
from chalicelib.formats.registry import FileType
from tests.factories import Service, fill, make_product, make_settings
from tests.fake_catalog import FakeCatalogSource
from tests.unit.reliability.faults import FaultPlan, OneFault
from tests.unit.reliability.promises import check_promises
from tests.unit.reliability.world import World

NAMES: Final = {"fields": ["NAME"]}
EXPORTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "a file of one segment": {"segment_records": 1_000},
    "a file of many segments": {"segment_records": 2},
    "a workbook of one segment": {"segment_records": 1_000, "file_type": FileType.XLSX},
    "a workbook of many segments": {"segment_records": 2, "file_type": FileType.XLSX},
    "JSON lines of many segments": {"segment_records": 2, "file_type": FileType.JSONL},
    "Parquet of many segments": {"segment_records": 2, "file_type": FileType.PARQUET},
    "a catalogue with a hole": {"segment_records": 1_000, "hole": True},
    "a catalogue with a hole, in many segments": {"segment_records": 2, "hole": True},
}


# The end of each export if nothing goes wrong.
STATUS: Final = {
    name: JobStatus.FAILED if given.get("hole") else JobStatus.SUCCESS
    for name, given in EXPORTS.items()
}


@cache
def catalog() -> FakeCatalogSource:
    """Eight products in four buckets, read two at a time."""
    source = FakeCatalogSource(page_size=2)
    fill(
        source,
        "products",
        *(make_product(bucket * 500 + place) for bucket in range(4) for place in (1, 2)),
    )
    return source


@cache
def catalog_with_a_hole() -> FakeCatalogSource:
    source = copy(catalog())
    source.records = {key: dict(records) for key, records in source.records.items()}
    source.lose("products", 1_001)
    return source


def make_world(
    name: str,
    plan: FaultPlan | None = None,
    seed: int = 0,
    disorder: float = 0.0,
    throttling: float = 0.0,
) -> World:
    given = EXPORTS[name]
    service = Service(
        # Two chains of two segments each.
        settings=make_settings(segment_records=given["segment_records"], segments_in_flight=2),
        source=catalog_with_a_hole() if given.get("hole") else catalog(),
    )
    return World(service, plan or OneFault(), Random(seed), disorder, throttling)


def live(name: str, world: World) -> list[JobStatus]:
    """Run the export to its end, check the promises, and return how the exports ended."""
    ask(name, world)
    world.settle()
    return check_promises(world, expected_file(name))


def ask(name: str, world: World) -> None:
    world.request(parameters=NAMES, file_type=EXPORTS[name].get("file_type", FileType.CSV))


@cache
def expected_file(name: str) -> bytes:
    """The bytes when nothing goes wrong; b"" for an export that cannot succeed."""
    world = make_world(name)
    ask(name, world)
    world.settle()
    return b"".join(world.service.files.objects.values())


@cache
def calls_of(name: str) -> tuple[str, ...]:
    """Return every port call of an export without faults."""
    plan = OneFault()
    live(name, make_world(name, plan))
    return tuple(plan.calls)
