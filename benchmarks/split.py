"""Split the processor time of a CSV export by part."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from benchmarks.apart import seconds_of
from benchmarks.measures import run_one
from benchmarks.rendered import Rendered
from benchmarks.replay import Replay
from benchmarks.shop import RECORDED, make_catalog, make_request
from chalicelib.adapters.document_codec import decode_document
from chalicelib.adapters.lean_dynamodb import PAGE_DECODER
from chalicelib.formats.csv_format import CsvFormat
from chalicelib.formats.registry import FileType
from chalicelib.formats.row_format import WriteRun


class _NoCells(CsvFormat):
    """CSV whose cells are not written."""

    def writer(self, cells: Any) -> WriteRun:
        return lambda run: ""


def cpu_split(columns: str, runs: int = 5) -> dict[str, float]:
    """Return the processor time of an export by part, in microseconds per product."""
    with Replay(RECORDED) as replay:
        turns = [
            [
                run_one(replay.url, way, columns, "CSV")["cpu_seconds"] * 1e6 / RECORDED
                for way in ("worker", "ours", "upload")
            ]
            for _ in range(runs)
        ]
    worker, export, upload = (median(of_way) for of_way in zip(*turns, strict=True))
    parts = {**_in_memory(columns, runs), "upload": upload}
    return {
        **parts,
        "transport, signing and the rest of the export": max(0.0, export - sum(parts.values())),
        "bookkeeping of the job, events": max(0.0, worker - export),
    }


def _in_memory(columns: str, runs: int) -> dict[str, float]:
    catalog = make_catalog(1_000)
    rendered = Rendered(catalog, make_request(catalog, columns, FileType.CSV))
    read, rows_of = rendered.compiled(_NoCells(rendered.request.formulas)), rendered.make_rows

    def micros(work: Callable[[], object]) -> float:
        return median(seconds_of(work) for _ in range(runs)) * 1e6 / len(rendered.stored)

    split = {
        "pages: JSON and base64": micros(lambda: list(map(PAGE_DECODER.decode, rendered.pages))),
        "inflating": micros(lambda: list(map(decode_document, rendered.stored))),
        "decoding and reading cells": micros(lambda: list(map(read, rendered.documents))),
        "SHA-256": micros(lambda: hashlib.sha256(rendered.content).digest()),
    }
    rows = micros(lambda: list(map(rows_of, rendered.documents)))
    return {**split, "writing rows": max(0.0, rows - split["decoding and reading cells"])}


def split_table(splits: Mapping[str, Mapping[str, float]]) -> str:
    """Return a Markdown table with a column for each choice of columns."""
    parts = next(iter(splits.values()))
    lines = [f"| µs a product | {' | '.join(splits)} |", "|---|" + "--:|" * len(splits)]
    lines += [
        f"| {part} | {' | '.join(f'{split[part]:.1f}' for split in splits.values())} |"
        for part in parts
    ]
    together = " | ".join(f"{sum(split.values()):.1f}" for split in splits.values())
    return "\n".join([*lines, f"| together | {together} |"])
