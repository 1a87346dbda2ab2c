"""The properties merged into the functions and the API that Chalice declares, and their log."""

from __future__ import annotations

from typing import Any, Final

from deploy.gateway import api
from deploy.intrinsics import arn, ref, sub, tag_list, tag_map, when
from deploy.parameters import Json

# The descriptions that the Lambda console shows.
FUNCTIONS: Final = {
    "APIHandler": "Waybill's API and page: accepts requests for exports and reports their state.",
    "Worker": "Waybill's worker: runs one step of an export for each message of the export queue.",
    "DeadLetters": (
        "Waybill: fails exports whose message failed for good, and notifies the requestor."
    ),
    "Recover": "Waybill, every minute: resumes exports that a crash left behind.",
    "Expire": "Waybill, every hour: deletes expired files.",
    "Sync": "Waybill's sync: reads what changed in a shop, one step for each message.",
    "Reconcile": "Waybill, every 5 minutes: asks for the syncs of shops that are due.",
}
RESOURCES: Final = (
    "ExportFilesTable", "ExportEventsTable", "ExportListsTable", "CatalogTable", "AppsTable",
    "IssuersTable", "IdempotencyTable", "ExportBucket", "ShopsTable", "MarksTable",
    "TemplatesTable",
)  # fmt: skip
QUEUES: Final = ("ExportQueue", "SyncQueue")
SETTINGS: Final = (
    "Stage", "EventBusName", "MailSender", "PublicUrl", "Issuers", "Formulas", "RetentionSeconds",
    "DownloadUrlSeconds",
    "PendingPerRequestor", "PendingPerShop", "ExportsPerRequestor", "ExportsPerShop",
    "PreviewsPerRequestor", "PreviewsPerShop", "SegmentRecords", "SegmentsInFlight", "MaxXlsxRows",
    "LeaseSeconds", "LogLevel", "HistorySeconds", "DownloadTokenSeconds", "EmbedOrigins",
    "AllowedOrigins", "Introspection", "Suggestions",
    "SaleorDomains", "ReplicaLagSeconds", "ForgetShopSeconds", "ReconcileSeconds",
    "RefreshSeconds", "CheckSeconds", "TranslationLanguages",
)  # fmt: skip


def variable(name: str) -> str:
    """Return the environment variable of a setting: EXPORT_FILES_TABLE for `ExportFilesTable`."""
    return (
        "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in name)
        .lstrip("_")
        .upper()
    )


def _environment() -> Json:
    values = {variable(name): ref(name) for name in (*RESOURCES, *SETTINGS)}
    queues = {f"{variable(name)}_URL": ref(name) for name in QUEUES}
    key = {"SHOP_KEY_ID": when("WithKey", ref("KmsKeyArn"), ref("ShopKey"))}
    return {"Variables": values | queues | key}


def _function(name: str, **properties: Any) -> Json:
    logs = {"LogGroup": ref("ServiceLogs")}
    common = {
        "Environment": _environment(),
        "Tracing": ref("Tracing"),
        "LoggingConfig": logs,
        "Tags": tag_map(),
    }
    return {"Properties": {"Description": FUNCTIONS[name], **common, **properties}}


def _triggered_by(queue: str, event: str, **properties: Any) -> Json:
    return {event: {"Properties": {"Queue": arn(queue), **properties}}}


def _log_group(name: str, **attributes: Any) -> Json:
    properties = {"LogGroupName": sub(name), "RetentionInDays": ref("LogDays"), "Tags": tag_list()}
    return {"Type": "AWS::Logs::LogGroup", **attributes, "Properties": properties}


def functions() -> Json:
    """Return the functions, their API and their shared log (ADR 19)."""
    # The functions' roles cannot create log groups, so LogDays always applies.
    workers = {"MaximumConcurrency": ref("WorkerConcurrency")}
    syncs = {"MaximumConcurrency": ref("SyncConcurrency")}
    return {
        **{name: _function(name) for name in FUNCTIONS},
        "Worker": _function(
            "Worker",
            Events=_triggered_by("ExportQueue", "WorkerSqsEventSource", ScalingConfig=workers),
            ReservedConcurrentExecutions=when("WithReserve", ref("ReservedConcurrency")),
        ),
        "DeadLetters": _function(
            "DeadLetters", Events=_triggered_by("ExportDeadLetters", "DeadLettersSqsEventSource")
        ),
        "Sync": _function(
            "Sync", Events=_triggered_by("SyncQueue", "SyncSqsEventSource", ScalingConfig=syncs)
        ),
        "RestAPI": api(),
        "ServiceLogs": _log_group("/aws/lambda/${AWS::StackName}"),
        "ApiAccessLogs": _log_group(
            "/aws/apigateway/${AWS::StackName}", Condition="WithApiAccessLog"
        ),
    }
