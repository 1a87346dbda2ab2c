"""The CloudWatch dashboard: exports at the top, the resources they use below."""

from __future__ import annotations

import json
from typing import Any, Final

from chalicelib.metrics import NAMESPACE
from deploy.functions import FUNCTIONS
from deploy.intrinsics import sub
from deploy.parameters import Json

WIDTH, HEIGHT, COLUMNS = 8, 6, 3
PERIOD_SECONDS: Final = 300
TABLES: Final = ("ExportFilesTable", "CatalogTable", "ShopsTable", "MarksTable")


def _own(name: str, statistic: str) -> list[Any]:
    return [NAMESPACE, name, "stage", "${Stage}", {"stat": statistic}]


def _by_type(name: str, statistic: str) -> list[Any]:
    metrics = f'{{{NAMESPACE},stage,export_type}} MetricName="{name}" stage="${{Stage}}"'
    search = f"SEARCH('{metrics}', '{statistic}', 300)"
    return [{"expression": search}]


def _queue(name: str, queue: str, label: str) -> list[Any]:
    return [
        "AWS/SQS",
        name,
        "QueueName",
        f"${{{queue}.QueueName}}",
        {"stat": "Maximum", "label": label},
    ]


def _function(name: str, function: str, statistic: str) -> list[Any]:
    return [
        "AWS/Lambda",
        name,
        "FunctionName",
        f"${{{function}}}",
        {"stat": statistic, "label": function},
    ]


def _table(name: str, table: str) -> list[Any]:
    return [
        "AWS/DynamoDB",
        name,
        "TableName",
        f"${{{table}}}",
        {"stat": "Sum", "label": f"{table} {name}"},
    ]


def _api(name: str, statistic: str) -> list[Any]:
    return [
        "AWS/ApiGateway",
        name,
        "ApiName",
        "${AWS::StackName}",
        "Stage",
        "api",
        {"stat": statistic},
    ]


PANELS: Final[dict[str, list[list[Any]]]] = {
    "Exports": [
        _own(f"exports_{end}", "Sum") for end in ("requested", "succeeded", "failed", "recovered")
    ],
    "Succeeded by type": [_by_type("exports_succeeded", "Sum")],
    "Failed by type": [_by_type("exports_failed", "Sum")],
    "Seconds from request to file": [_own("seconds", "p50"), _own("seconds", "p95")],
    "Seconds in the queue": [
        _own("queue_seconds", "p95"),
        _queue("ApproximateAgeOfOldestMessage", "ExportQueue", "oldest"),
    ],
    "Seconds per segment": [_own("segment_seconds", "p50"), _own("segment_seconds", "p95")],
    "Rows": [_own("rows", "Sum")],
    "Bytes": [_own("bytes", "Sum"), _own("downloads", "Sum")],
    "Problems": [
        _own(name, "Sum")
        for name in ("dead_letters", "exports_stuck", "notification_failures", "syncs_stuck")
    ],
    "Messages": [
        _queue("ApproximateNumberOfMessagesVisible", "ExportQueue", "waiting"),
        _queue("ApproximateNumberOfMessagesNotVisible", "ExportQueue", "in work"),
        _queue("ApproximateNumberOfMessagesVisible", "ExportDeadLetters", "dead"),
    ],
    "Syncs of shops": [
        _queue("ApproximateNumberOfMessagesVisible", "SyncQueue", "waiting"),
        _queue("ApproximateAgeOfOldestMessage", "SyncQueue", "oldest, seconds"),
        _queue("ApproximateNumberOfMessagesVisible", "SyncDeadLetters", "dead"),
    ],
    "Functions: errors": [_function("Errors", name, "Sum") for name in FUNCTIONS],
    "Functions: milliseconds": [
        _function("Duration", name, "p95") for name in ("APIHandler", "Worker", "Sync")
    ],
    "Workers": [
        _function("ConcurrentExecutions", "Worker", "Maximum"),
        _function("Throttles", "Worker", "Sum"),
    ],
    "Memory of workers": [_own("memory_bytes", "Maximum")],
    "API": [
        _api("Count", "Sum"),
        _api("4XXError", "Sum"),
        _api("5XXError", "Sum"),
        _api("Latency", "p95"),
    ],
    "Tables": [
        _table(f"Consumed{kind}CapacityUnits", table)
        for kind in ("Read", "Write")
        for table in TABLES
    ],
}


def _widget(place: int, title: str, metrics: list[list[Any]]) -> Json:
    row, column = divmod(place, COLUMNS)
    properties = {
        "title": title,
        "metrics": metrics,
        "region": "${AWS::Region}",
        "period": PERIOD_SECONDS,
        "view": "timeSeries",
    }
    return {
        "type": "metric",
        "x": column * WIDTH,
        "y": row * HEIGHT,
        "width": WIDTH,
        "height": HEIGHT,
        "properties": properties,
    }


def _failures(y: int) -> Json:
    query = (
        "SOURCE '${ServiceLogs}' "
        "| fields @timestamp, message, export_id, export_type, error_type, reason "
        "| filter level in ['WARNING', 'ERROR'] | sort @timestamp desc | limit 50"
    )
    properties = {
        "title": "Recent errors",
        "region": "${AWS::Region}",
        "query": query,
        "view": "table",
    }
    return {
        "type": "log",
        "x": 0,
        "y": y,
        "width": WIDTH * COLUMNS,
        "height": HEIGHT,
        "properties": properties,
    }


def dashboard() -> Json:
    """Return the dashboard, which has the name of the stack."""
    widgets = [_widget(place, *panel) for place, panel in enumerate(PANELS.items())]
    widgets.append(_failures(HEIGHT * -(-len(PANELS) // COLUMNS)))
    body = sub(json.dumps({"widgets": widgets}))
    return {
        "Dashboard": {
            "Type": "AWS::CloudWatch::Dashboard",
            "Properties": {"DashboardName": sub("${AWS::StackName}"), "DashboardBody": body},
        }
    }
