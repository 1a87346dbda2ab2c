"""Measure the memory of joining segments that are too small for S3 to copy.

Usage: `python -m benchmarks.joining COUNT BYTES`; prints JSON.
"""

from __future__ import annotations

import json
import sys
import zlib

from benchmarks.one import forget_peak
from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.file_store import S3FileStore
from chalicelib.domain.segment import SegmentResult
from chalicelib.memory import peak_memory_bytes


def measure(count: int, size: int) -> dict[str, int]:
    """Join segments of one size; return the file's size and the additional memory, in bytes."""
    checksum = zlib.crc32(bytes(size))
    sources = [
        SegmentResult(
            number=number, file_key=f"segments/{size}", size_bytes=size, row_count=1, crc32=checksum
        )
        for number in range(count)
    ]
    files = S3FileStore("files")
    client("s3")
    held = forget_peak()
    joined = files.concatenate("joined", b"head\r\n", sources, content_type="text/csv")
    return {"bytes": joined, "memory_bytes": (peak_memory_bytes() or 0) - held}


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
