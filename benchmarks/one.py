"""Measure one export in a process of its own and print JSON.

Usage: `python -m benchmarks.one WAY COLUMNS FILE_TYPE [N/M]`. `N/M` is the Nth of M segments of
equal size. The clock starts after imports and clients, which belong to the cold start; that is
measured apart.
"""

from __future__ import annotations

import csv
import gc
import hashlib
import io
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.rendered import ready_rows
from benchmarks.shop import SHOP, make_catalog, make_request
from chalicelib.domain.request import ExportRequest
from chalicelib.formats.registry import FileType
from chalicelib.memory import peak_memory_bytes

Export = Callable[[], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns and the type of a file, and the segment of the catalogue that it is made of."""

    columns: str
    file_type: str
    segment: slice

    @property
    def request(self) -> ExportRequest:
        """Return the request that a client would send."""
        return make_request(make_catalog(1), self.columns, FileType(self.file_type))


def forget_peak() -> int:
    """Reset the peak of memory and return the bytes in use."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    return peak_memory_bytes() or 0


def cpu_seconds() -> float:
    """Return the processor time of all threads, user and system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def make_plain(table: str, wanted: Wanted) -> Export:
    """Export with boto3, TypeDeserializer, DictWriter and one put."""
    from benchmarks import plain
    from chalicelib.adapters.catalog.source import DynamoCatalogSource
    from chalicelib.catalog.dictionaries import Dictionaries

    shop = plain.PlainShop(table)
    source = DynamoCatalogSource("Catalog")
    source.find_dictionary(SHOP, "channels")
    request = wanted.request
    write = plain.WRITERS[FileType(request.file_type)]

    def export() -> dict[str, Any]:
        content, rows = write(shop, request, Dictionaries(source, SHOP))
        shop.put(content)
        return {"rows": rows, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    return export


def make_ours(wanted: Wanted) -> Export:
    """Do the work of an export with one segment: read, render, hash, upload."""
    from chalicelib.adapters.aws.clients import client
    from chalicelib.adapters.catalog.source import DynamoCatalogSource
    from chalicelib.adapters.file_store import S3FileStore
    from chalicelib.rendering.exporter import prepare
    from chalicelib.services.work.finish_export import hashed

    source = DynamoCatalogSource("Catalog")
    source.find_dictionary(SHOP, "channels")
    files, request = S3FileStore("files"), wanted.request
    client("s3")

    def export() -> dict[str, Any]:
        exporter = prepare(request, source, SHOP, datetime.now(UTC))
        buckets = source.find_buckets(SHOP, exporter.kind)[wanted.segment]
        pages = source.read_blocks(
            SHOP, exporter.kind, buckets, exporter.groups, since=exporter.since
        )
        rows = exporter.render(pages)
        digest = hashlib.sha256()
        size = files.write(
            "ours", hashed(exporter.finish(rows), digest), content_type=exporter.content_type
        )
        return {"rows": rows.row_count, "bytes": size, "sha256": digest.hexdigest()}

    return export


def make_worker(wanted: Wanted) -> Export:
    """Do all work of a message: the job's reads and writes, the export, the event on the bus."""
    from benchmarks import jobs

    work = jobs.make_worker(SHOP)
    return lambda: work(wanted.columns, wanted.file_type)


def make_csv(wanted: Wanted) -> Export:
    """Write rows that are ready with `csv.writer`. This is the unit of the other ways."""
    rows = ready_rows(wanted.request)

    def write() -> dict[str, Any]:
        csv.writer(io.StringIO(newline="")).writerows(rows)
        return {"rows": len(rows)}

    return write


WAYS: Final[dict[str, Callable[[Wanted], Export]]] = {
    "plain": partial(make_plain, "Plain"),
    "ready": partial(make_plain, "Ready"),
    "ours": make_ours,
    "worker": make_worker,
    "csv": make_csv,
}


def measure(way: str, columns: str, file_type: str, segment: str = "0/1") -> dict[str, Any]:
    """Return rows, bytes and digest of the file, seconds, and additional memory in bytes."""
    number, count = map(int, segment.split("/"))
    export = WAYS[way](Wanted(columns, file_type, slice(number, None, count)))
    held = forget_peak()
    cpu, began = cpu_seconds(), time.perf_counter()
    done = export()
    seconds, cpu = time.perf_counter() - began, cpu_seconds() - cpu
    return {
        **done,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "memory_bytes": (peak_memory_bytes() or 0) - held,
    }


def main() -> None:
    """Print the measured export as JSON."""
    print(json.dumps(measure(*sys.argv[1:])))


if __name__ == "__main__":
    main()
