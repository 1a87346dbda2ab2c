"""The permissions of each function: one statement for each kind of access, on one resource.

To give a function more, add a statement to its entry in `ROLES` and the same line to
tests/unit/deploy/test_permissions.py.
"""

from __future__ import annotations

from typing import Final

from chalicelib.adapters.export_files import table as export_table
from chalicelib.adapters.shops.issuer_table import BY_REACH
from chalicelib.adapters.shops.table import BY_ITEM
from deploy.intrinsics import allow, arn, ref, sub, tag_list, when
from deploy.parameters import Json


def _jobs(actions: str) -> Json:
    return allow("Jobs", f"dynamodb: {actions}", arn("ExportFilesTable"))


def _index(table: str, name: str) -> Json:
    return sub(f"${{{table}.Arn}}/index/{name}")


LOGS: Final = allow("Logs", "logs: CreateLogStream PutLogEvents", arn("ServiceLogs"))
# X-Ray has no resources to name.
TRACES: Final = allow("Traces", "xray: PutTraceSegments PutTelemetryRecords", "*")
KEY: Final = when("WithKey", allow("Key", "kms: Decrypt GenerateDataKey", ref("KmsKeyArn")))
LIST_INDEXES: Final = [_index("ExportListsTable", name) for name in export_table.LIST_INDEXES]
DUE_INDEX: Final = _index("ExportFilesTable", export_table.BY_DUE_AT)
ISSUERS_INDEX: Final = _index("IssuersTable", BY_REACH)
SHOP_LIST: Final = allow("ShopList", "dynamodb: Query", _index("ShopsTable", BY_ITEM))
SHOP_KEY: Final = when("WithKey", ref("KmsKeyArn"), arn("ShopKey"))
OBJECTS: Final = sub("${ExportBucket.Arn}/exports/*")
ADD_HISTORY: Final = allow("History", "dynamodb: PutItem", arn("ExportEventsTable"))
LIST_CHANGE: Final = allow("ListChange", "dynamodb: UpdateItem", arn("ExportListsTable"))
DUE: Final = allow("Due", "dynamodb: Query", DUE_INDEX)
SEND: Final = allow("Send", "sqs: SendMessage", arn("ExportQueue"))
ASK_SYNC: Final = allow("AskSync", "sqs: SendMessage", arn("SyncQueue"))
TIDY: Final = allow("Tidy", "s3: DeleteObject AbortMultipartUpload", OBJECTS)
FILE_LISTS: Final = allow(
    "FileLists", "s3: ListBucket ListBucketMultipartUploads", arn("ExportBucket")
)
MAIL: Final = allow(
    "Mail",
    "ses: SendRawEmail",
    "*",
    Condition={"StringEquals": {"ses:FromAddress": ref("MailSender")}},
)
# A mail leads to the dashboard of the shop.
SHOP: Final = allow("Shops", "dynamodb: GetItem", arn("ShopsTable"))
BUS: Final = allow(
    "Bus",
    "events: PutEvents",
    sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${EventBusName}"),
)


def _receive(queue: str) -> Json:
    return allow("Receive", "sqs: ReceiveMessage DeleteMessage GetQueueAttributes", arn(queue))


ROLES: Final[dict[str, list[Json]]] = {
    "ApiHandlerRole": [
        _jobs("GetItem BatchGetItem PutItem UpdateItem"),
        allow("Lists", "dynamodb: Query UpdateItem", arn("ExportListsTable")),
        allow("ListIndexes", "dynamodb: Query", LIST_INDEXES),
        allow(
            "History",
            "dynamodb: PutItem Query BatchGetItem BatchWriteItem",
            arn("ExportEventsTable"),
        ),
        allow("Catalog", "dynamodb: Query BatchGetItem", arn("CatalogTable")),
        allow("Apps", "dynamodb: GetItem", arn("AppsTable")),
        allow("Issuers", "dynamodb: GetItem", arn("IssuersTable")),
        allow("ShopIssuers", "dynamodb: Query", ISSUERS_INDEX),
        allow("Keys", "dynamodb: GetItem PutItem UpdateItem", arn("IdempotencyTable")),
        SEND,
        allow("Downloads", "s3: GetObject", OBJECTS),
        allow("Shops", "dynamodb: GetItem PutItem", arn("ShopsTable")),
        SHOP_LIST,
        allow("Marks", "dynamodb: UpdateItem", arn("MarksTable")),
        allow(
            "Templates",
            "dynamodb: GetItem Query PutItem UpdateItem DeleteItem",
            arn("TemplatesTable"),
        ),
        ASK_SYNC,
        allow("ShopTokens", "kms: Encrypt Decrypt", SHOP_KEY),
    ],
    "WorkerRole": [
        _jobs("GetItem UpdateItem PutItem Query"),
        ADD_HISTORY,
        LIST_CHANGE,
        allow("Catalog", "dynamodb: Query BatchGetItem", arn("CatalogTable")),
        _receive("ExportQueue"),
        SEND,
        allow("Files", "s3: GetObject PutObject", OBJECTS),
        TIDY,
        FILE_LISTS,
        MAIL,
        BUS,
        # An export that waits notes in the state of the sync since when it does.
        allow("Shops", "dynamodb: GetItem PutItem", arn("ShopsTable")),
        allow("Marks", "dynamodb: Query", arn("MarksTable")),
        ASK_SYNC,
        # Gift cards and voucher codes are read from the shop when they are exported.
        allow("ShopTokens", "kms: Decrypt", SHOP_KEY),
    ],
    "DeadLettersRole": [
        _jobs("GetItem UpdateItem"),
        ADD_HISTORY,
        LIST_CHANGE,
        _receive("ExportDeadLetters"),
        TIDY,
        FILE_LISTS,
        SHOP,
        MAIL,
        BUS,
    ],
    "RecoverRole": [
        _jobs("GetItem UpdateItem"),
        ADD_HISTORY,
        LIST_CHANGE,
        DUE,
        SEND,
        TIDY,
        FILE_LISTS,
        SHOP,
        MAIL,
        BUS,
    ],
    "SyncRole": [
        allow("Shops", "dynamodb: GetItem PutItem Query DeleteItem", arn("ShopsTable")),
        allow("Marks", "dynamodb: Query UpdateItem DeleteItem", arn("MarksTable")),
        allow("Catalog", "dynamodb: Query PutItem DeleteItem BatchWriteItem", arn("CatalogTable")),
        _receive("SyncQueue"),
        ASK_SYNC,
        allow("ShopTokens", "kms: Decrypt", SHOP_KEY),
    ],
    "ReconcileRole": [
        SHOP,
        SHOP_LIST,
        ASK_SYNC,
    ],
    "ExpireRole": [_jobs("GetItem UpdateItem"), ADD_HISTORY, LIST_CHANGE, DUE, TIDY, FILE_LISTS],
}


def roles() -> Json:
    """Return the properties merged into the roles that Chalice declares."""
    return {name: {"Properties": _properties(statements)} for name, statements in ROLES.items()}


def _properties(statements: list[Json]) -> Json:
    document = {"Version": "2012-10-17", "Statement": [LOGS, TRACES, KEY, *statements]}
    return {"Policies": [{"PolicyName": "Waybill", "PolicyDocument": document}], "Tags": tag_list()}
