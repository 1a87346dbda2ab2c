"""Measure one export in a process of its own and print JSON.

Usage: `python -m benchmarks.one WAY COLUMNS FILE_TYPE [N/M]`. `N/M` is the Nth of M segments of
equal size. The clock starts after imports and clients, which belong to the cold start; that is
measured apart.
"""

from __future__ import annotations

import gc
import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.shop import SHOP, make_catalog, make_request
from chalicelib.domain.request import ExportRequest
from chalicelib.formats.registry import FileType
from chalicelib.memory import peak_memory_bytes

Export = Callable[[ExportRequest, slice], dict[str, Any]]


def forget_peak() -> int:
    """Reset the peak of memory and return the bytes in use."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    return peak_memory_bytes() or 0


def cpu_seconds() -> float:
    """Return the processor time of all threads, user and system."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def make_plain(table: str) -> Export:
    """Export with boto3, TypeDeserializer, DictWriter and one put."""
    from benchmarks import plain
    from chalicelib.adapters.catalog_dynamodb import DynamoCatalogSource
    from chalicelib.catalog.dictionaries import Dictionaries

    shop = plain.PlainShop(table)
    source = DynamoCatalogSource("Catalog")
    source.find_dictionary(SHOP, "channels")
    write = plain.WRITERS

    def export(request: ExportRequest, some: slice) -> dict[str, Any]:
        content, rows = write[FileType(request.file_type)](
            shop, request, Dictionaries(source, SHOP)
        )
        shop.put(content)
        return {"rows": rows, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    return export


def make_ours() -> Export:
    """Do the work of an export with one segment: read, render, hash, upload."""
    from chalicelib.adapters.aws import client
    from chalicelib.adapters.catalog_dynamodb import DynamoCatalogSource
    from chalicelib.adapters.file_store import S3FileStore
    from chalicelib.rendering.exporter import prepare
    from chalicelib.services.work.finish_export import hashed

    source = DynamoCatalogSource("Catalog")
    source.find_dictionary(SHOP, "channels")
    files = S3FileStore("files")
    client("s3")

    def export(request: ExportRequest, some: slice) -> dict[str, Any]:
        exporter = prepare(request, source, SHOP, datetime.now(UTC))
        buckets = source.find_buckets(SHOP, exporter.kind)[some]
        pages = source.read_buckets(SHOP, exporter.kind, buckets, since=exporter.since)
        rows = exporter.render(pages)
        digest = hashlib.sha256()
        size = files.write(
            "ours", hashed(exporter.finish(rows), digest), content_type=exporter.content_type
        )
        return {"rows": rows.row_count, "bytes": size, "sha256": digest.hexdigest()}

    return export


WAYS: Final[dict[str, Callable[[], Export]]] = {
    "plain": partial(make_plain, "Plain"),
    "ready": partial(make_plain, "Ready"),
    "ours": make_ours,
}


def measure(way: str, columns: str, file_type: str, segment: str = "0/1") -> dict[str, Any]:
    """Return rows, bytes and digest of the file, seconds, and additional memory in bytes."""
    request = make_request(make_catalog(1), columns, FileType(file_type))
    number, count = map(int, segment.split("/"))
    export = WAYS[way]()
    held = forget_peak()
    cpu, began = cpu_seconds(), time.perf_counter()
    done = export(request, slice(number, None, count))
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
