"""The log lines that are metrics too, as data.

CloudWatch reads them from the log (its Embedded Metric Format). That needs no call, no agent and
no library, and every point on the dashboard can be looked up in the log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

NAMESPACE: Final = "Waybill"
COUNT, SECONDS, BYTES = "Count", "Seconds", "Bytes"

# Metric ─▶ unit. Metrics that count lines are added to the line as a field with the value 1.
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
    "shops_full": COUNT,
    "syncs_stuck": COUNT,
    "downloads": COUNT,
    "rows": COUNT,
    "bytes": BYTES,
    "segments": COUNT,
    "seconds": SECONDS,
    "queue_seconds": SECONDS,
    "segment_seconds": SECONDS,
    "memory_bytes": BYTES,
}

# Message of a line ─▶ the metric that counts it, and its fields that are metrics.
# Alarms and the dashboard (deploy/) depend on these messages.
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
    "shop is full": ("shops_full", ()),
    "shop is nearly full": ("shops_full", ()),
    "schedule ran": (None, ("exports_stuck",)),
    "syncs scheduled": (None, ("syncs_stuck",)),
}

# CloudWatch charges for every combination of dimension values as a metric of its own.
STAGE: Final = ["stage"]
STAGE_AND_TYPE: Final = ["stage", "export_type"]


def embedded_metrics(line: Mapping[str, Any], milliseconds: int) -> dict[str, Any]:
    """Return the fields that make this line a metric, {} for other lines.

    `milliseconds` is the time of the line since 1970.
    """
    if line["message"] not in METRICS:
        return {}
    counted, measured = METRICS[line["message"]]
    counts = {counted: 1} if counted else {}
    names: Sequence[str] = [*counts, *(name for name in measured if line.get(name) is not None)]
    metrics = [{"Name": name, "Unit": UNITS[name]} for name in names]
    dimensions = [STAGE, STAGE_AND_TYPE] if "export_type" in line else [STAGE]
    directive = {"Namespace": NAMESPACE, "Dimensions": dimensions, "Metrics": metrics}
    return {**counts, "_aws": {"Timestamp": milliseconds, "CloudWatchMetrics": [directive]}}
