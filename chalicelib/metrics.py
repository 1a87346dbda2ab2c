"""Which log lines are metrics, as data: CloudWatch reads them out of the log (Embedded Metric Format).

Source of the form: CloudWatch's "Specification: Embedded metric format". A line costs nothing beyond its bytes in the
log: no call, no agent, no library; what is on the dashboard can be looked up in the log, line by line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

NAMESPACE: Final = "Waybill"
COUNT, SECONDS, BYTES = "Count", "Seconds", "Bytes"

# Field of the line ─▶ unit. A metric of one is a count of lines: its field is added.
UNITS: Final[Mapping[str, str]] = {
    "exports_requested": COUNT,
    "exports_started": COUNT,
    "exports_succeeded": COUNT,
    "exports_failed": COUNT,
    "exports_recovered": COUNT,
    "exports_stuck": COUNT,
    "exports_expired": COUNT,
    "dead_letters": COUNT,
    "notification_failures": COUNT,
    "downloads": COUNT,
    "rows": COUNT,
    "bytes": BYTES,
    "segments": COUNT,
    "seconds": SECONDS,
    "queue_seconds": SECONDS,
    "segment_seconds": SECONDS,
    "memory_bytes": BYTES,
}

# The message of a line ─▶ what it counts, and which of its fields are metrics.
METRICS: Final[Mapping[str, tuple[str | None, tuple[str, ...]]]] = {
    "export requested": ("exports_requested", ()),
    "export started": ("exports_started", ("queue_seconds", "segments")),
    "segment done": (None, ("segment_seconds", "memory_bytes")),
    "export succeeded": ("exports_succeeded", ("rows", "bytes", "seconds", "memory_bytes")),
    "export failed": ("exports_failed", ()),
    "export recovered": ("exports_recovered", ()),
    "export expired": ("exports_expired", ()),
    "dead letter": ("dead_letters", ()),
    "mail refused": ("notification_failures", ()),
    "notification failed": ("notification_failures", ()),
    "download": ("downloads", ()),
    "schedule ran": (None, ("exports_stuck",)),
}

# Few dimensions: each combination is a metric to be paid for.
STAGE: Final = ["stage"]
STAGE_AND_TYPE: Final = ["stage", "export_type"]


def embedded_metrics(line: Mapping[str, Any], milliseconds: int) -> dict[str, Any]:
    """What makes this line a metric, {} for a line that is none. `milliseconds` since 1970 are its time."""
    if line["message"] not in METRICS:
        return {}
    counted, measured = METRICS[line["message"]]
    counts = {counted: 1} if counted else {}
    names: Sequence[str] = [*counts, *(name for name in measured if line.get(name) is not None)]
    metrics = [{"Name": name, "Unit": UNITS[name]} for name in names]
    dimensions = [STAGE, STAGE_AND_TYPE] if "export_type" in line else [STAGE]
    directive = {"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": metrics}
    return {**counts, "_aws": {"Timestamp": milliseconds, "CloudWatchMetrics": [directive]}}
