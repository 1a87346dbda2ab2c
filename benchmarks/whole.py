"""Export every column of a local run's whole catalogue, as CSV and as XLSX.

Usage: `python -m benchmarks.whole RUN_JSON`. `make run PRODUCTS=200000` makes a catalogue of ten
segments. The emulator takes most of the seconds. The memory is the figure that the deployed worker
logs: the whole process, with imports.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any, Final

from botocore.session import Session

from benchmarks.clients import Connection, export_products
from chalicelib.domain.global_id import decode_global_id
from chalicelib.exports.product_columns import FIELDS
from chalicelib.formats.registry import FileType
from local.emulator import ACCESS_KEY, SECRET_KEY

POLL_SECONDS: Final = 0.5
LOG_SECONDS: Final = 30
_COLUMNS: Final = "{exportOptions{attributes{id} warehouses{id} channels{id}}}"


def measure_whole(run_json: Path) -> dict[str, str]:
    """Return rows, size, seconds, segments and a worker's peak memory for each file type."""
    run = json.loads(run_json.read_text("utf-8"))
    with Connection(run) as client:
        return {f"everything as {one}": _export(run, client, one) for one in FileType}


def _export(run: dict[str, Any], client: Connection, file_type: FileType) -> str:
    options = client.graphql("columns", _COLUMNS)["exportOptions"]
    columns = {kind: [one["id"] for one in found] for kind, found in options.items()}
    info = {"fields": list(FIELDS), **columns}
    wanted = {"scope": "ALL", "fileType": file_type.value, "exportInfo": info}
    began = time.monotonic()
    found = export_products(client, wanted, poll_seconds=POLL_SECONDS)
    seconds = time.monotonic() - began
    lines = _all_lines(run, decode_global_id(found["id"])[1])
    memory = max(line["memory_bytes"] for line in lines)
    segments = next(line["segments"] for line in lines if "segments" in line)
    return (
        f"{found['rowCount']:,} rows, {found['fileSize'] / 1e6:.0f} MB in {seconds:.0f} s; "
        f"{segments} segments; "
        f"a worker held {memory / 1e6:.0f} MB at most, imports included"
    )


def _all_lines(run: dict[str, Any], export_key: str) -> list[dict[str, Any]]:
    """Return the log lines with memory once the last of them has arrived.

    A function's log arrives after its work, so a client sees the export end before that.
    """
    ends_at = time.monotonic() + LOG_SECONDS
    while time.monotonic() < ends_at:
        lines = _lines(run, export_key)
        if any("segments" in line for line in lines):
            return lines
        time.sleep(POLL_SECONDS)
    raise TimeoutError("The log has no line about the end of the export.")


def _lines(run: dict[str, Any], export_key: str) -> list[dict[str, Any]]:
    """Return the log lines with the memory of this export's workers."""
    logs = Session().create_client(
        "logs",
        endpoint_url=run["aws_endpoint_url"],
        region_name=run["aws_region"],
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
    )
    wanted = f'"{export_key}"'
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=run["outputs"]["ServiceLogs"], filterPattern=wanted
    )
    lines = [json.loads(event["message"]) for page in pages for event in page["events"]]
    return [line for line in lines if "memory_bytes" in line]


def main() -> None:
    """Export the whole catalogue in both formats and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whole", description=__doc__)
    parser.add_argument(
        "run_json", type=Path, help="file of a local run with its address and tokens"
    )
    for name, figures in measure_whole(parser.parse_args().run_json).items():
        print(f"{name}: {figures}")


if __name__ == "__main__":
    main()
