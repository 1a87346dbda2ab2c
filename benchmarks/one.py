"""One measured export in a process of its own: `python -m benchmarks.one WAY COLUMNS FILE_TYPE`, JSON on stdout."""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import UTC, datetime
from typing import Any

from benchmarks.shop import SHOP, make_catalog, make_request
from chalicelib.adapters.catalog_dynamodb import DynamoCatalogSource
from chalicelib.domain.request import ExportRequest, FileType


def peak_bytes() -> int:
    """The most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def cpu_seconds() -> float:
    """Processor time of all threads of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def export_plain(request: ExportRequest) -> dict[str, Any]:
    from benchmarks import plain
    from chalicelib.exports.export_type import Reference

    content, rows = plain.write_file(request, Reference(DynamoCatalogSource("Catalog"), SHOP))
    plain.put_file(content)
    return {"rows": rows, "bytes": len(content)}


def export_ours(request: ExportRequest) -> dict[str, Any]:
    """The whole path of a worker with one segment: read, render, hash, upload."""
    import hashlib

    from chalicelib.adapters.file_store import S3FileStore
    from chalicelib.exports.rendering import prepare
    from chalicelib.services.finish_export import hashed

    source = DynamoCatalogSource("Catalog")
    exporter = prepare(request, source, SHOP, datetime.now(UTC))
    rows = exporter.render(source.read_buckets(SHOP, exporter.kind, source.find_buckets(SHOP, exporter.kind)))
    chunks = hashed(exporter.finish(rows), hashlib.sha256())
    size = S3FileStore("files").write("ours", chunks, content_type=exporter.content_type)
    return {"rows": rows.row_count, "bytes": size}


WAYS = {"plain": export_plain, "ours": export_ours}


def main() -> None:
    way, columns, file_type = sys.argv[1:4]
    request = make_request(make_catalog(1), columns, FileType(file_type))
    export = WAYS[way]
    if way == "plain":
        import boto3  # noqa: F401 - what is imported is no part of the measure
    else:
        import chalicelib.adapters.file_store
        import chalicelib.exports.rendering  # noqa: F401
    before, cpu, began = peak_bytes(), cpu_seconds(), time.perf_counter()
    done = export(request)
    seconds, cpu = time.perf_counter() - began, cpu_seconds() - cpu
    print(json.dumps({**done, "seconds": seconds, "cpu_seconds": cpu, "memory_bytes": peak_bytes() - before}))


if __name__ == "__main__":
    main()
