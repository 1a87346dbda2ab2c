"""`python -m benchmarks.many_variants`: export 500 neighbouring products of 2,000 variants.

These are a million rows in one bucket. The process that exports is one of its own; its memory is
counted above imports and clients. Fails if that is more than 70 MB.
"""

from __future__ import annotations

import json
import random
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Final

from benchmarks.measures import run_one
from benchmarks.replay import ReplayServer
from benchmarks.shop import PAGE_BYTES, SHOP, answer, keys_of
from chalicelib.adapters.catalog.directory import make_entry
from chalicelib.adapters.catalog.item import make_item, make_key, size_of
from chalicelib.catalog.documents import records_of
from chalicelib.domain.segment import NUMBERS_PER_BUCKET
from local.demo_products import make_large_product

VARIANTS: Final = 2_000
MAX_MEMORY_BYTES: Final = 70_000_000


class LargeProducts(ReplayServer):
    """A table with one bucket of large products; `Query` returns pages of 1 MB like DynamoDB."""

    def __init__(self) -> None:
        super().__init__(1, ())
        (record,) = records_of("products", make_large_product(VARIANTS, random.Random(1)))
        item = make_item(SHOP, "products", 0, record.document)
        items = [item | make_key(SHOP, "products", n) for n in range(NUMBERS_PER_BUCKET)]
        self._item_bytes = size_of(item)
        self._travelling = [json.dumps(keys_of(one)).encode() for one in items]
        directory = answer([make_entry(SHOP, "products", 0, items)])
        self._fixed[f"{SHOP}#products#directory"] = directory

    def answer(self, operation: str, body: bytes) -> bytes:
        """Return the answer to a query; other partitions answer as in the demo shop."""
        asked = json.loads(body)
        values: dict[str, Any] = asked["ExpressionAttributeValues"]
        if values[":partition"]["S"] != f"{SHOP}#products#0":
            return super().answer(operation, body)
        first = int(values.get(":first", {}).get("N", 0))
        last = int(values.get(":last", {}).get("N", NUMBERS_PER_BUCKET - 1))
        start = int(asked.get("ExclusiveStartKey", {}).get("number", {}).get("N", first - 1)) + 1
        end = min(last + 1, start + max(1, PAGE_BYTES // self._item_bytes))
        after = b', "LastEvaluatedKey": {"number": {"N": "%d"}}' % (end - 1) if end <= last else b""
        return b'{"Items": [%s]%s}' % (b", ".join(self._travelling[start:end]), after)


def _serve(port: Connection) -> None:
    with LargeProducts() as server:
        port.send(server.server_address[1])
        server.serve_forever(0.05)


def measure_many_variants() -> dict[str, Any]:
    """Return rows, seconds and memory of the export."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(there,), daemon=True)
    process.start()
    try:
        return run_one(f"http://127.0.0.1:{here.recv()}", "ours", "everything", "CSV")
    finally:
        process.terminate()
        process.join()


def main() -> int:
    """Export the rows of a bucket of large products and check the memory."""
    run = measure_many_variants()
    print(
        f"{run['rows']:,} rows in {run['seconds']:.0f} s ({run['cpu_seconds']:.0f} s of a core), "
        f"{run['memory_bytes'] / 1e6:.0f} MB (at most {MAX_MEMORY_BYTES / 1e6:.0f})"
    )
    return 0 if run["memory_bytes"] <= MAX_MEMORY_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
