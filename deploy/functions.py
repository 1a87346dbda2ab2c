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


def _worker(name: str, queue: str, concurrency: str = "", **properties: Any) -> Json:
    """Return a function that handles the messages of a queue; a parameter bounds how many run."""
    scaling = {"ScalingConfig": {"MaximumConcurrency": ref(concurrency)}} if concurrency else {}
    events = {f"{name}SqsEventSource": {"Properties": {"Queue": arn(queue), **scaling}}}
    # Workers send messages to their own queue: the next segment of a chain, the next page of a
    # walk. Lambda takes that for a mistake and drops a message after about 16 in a row (ADR 24).
    return _function(name, Events=events, RecursiveLoop="Allow", **properties)


def _log_group(name: str, **attributes: Any) -> Json:
    properties = {"LogGroupName": sub(name), "RetentionInDays": ref("LogDays"), "Tags": tag_list()}
    return {"Type": "AWS::Logs::LogGroup", **attributes, "Properties": properties}


def functions() -> Json:
    """Return the functions, their API and their shared log (ADR 19)."""
    # The functions' roles cannot create log groups, so LogDays always applies.
    reserved = when("WithReserve", ref("ReservedConcurrency"))
    return {
        **{name: _function(name) for name in FUNCTIONS},
        "Worker": _worker(
            "Worker", "ExportQueue", "WorkerConcurrency", ReservedConcurrentExecutions=reserved
        ),
        "DeadLetters": _worker("DeadLetters", "ExportDeadLetters"),
        "Sync": _worker("Sync", "SyncQueue", "SyncConcurrency"),
        "RestAPI": api(),
        "ServiceLogs": _log_group("/aws/lambda/${AWS::StackName}"),
        "ApiAccessLogs": _log_group(
            "/aws/apigateway/${AWS::StackName}", Condition="WithApiAccessLog"
        ),
    }
