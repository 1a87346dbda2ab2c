"""The parameters of the template and the conditions derived from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Json = dict[str, Any]
YES_OR_NO: Final = ["true", "false"]
DAY_SECONDS: Final = 24 * 60 * 60
# An export may wait for a day before its file is written, and S3 counts whole days.
SPARE_DAYS: Final = 10
LOG_DAYS: Final = [1, 3, 5, 7, 14, 30, 60, 90, 120, 180, 365, 400, 545, 731, 1096, 1827, 3653]


def _text(default: str, description: str, allowed: list[str] | None = None) -> Json:
    found: Json = {"Type": "String", "Default": default, "Description": description}
    return found | ({"AllowedValues": allowed} if allowed else {})


def _number(default: int, description: str, **limits: Any) -> Json:
    return {"Type": "Number", "Default": default, "Description": description, **limits}


PARAMETERS: Final[Json] = {
    "Stage": _text(
        "dev", "Stage: a tag on every resource and a dimension of every metric.", ["dev", "prod"]
    ),
    "EventBusName": _text("default", "EventBridge bus for events of finished exports."),
    "MailSender": _text(
        "", "Sender address of mails. SES must have verified it. Empty: mails wait."
    ),
    "IdentifyMailSender": _text("false", "Let the stack ask SES to verify the sender.", YES_OR_NO),
    "PublicUrl": _text(
        "", "Public address of the service. Links in mails start with it. Empty: mails wait."
    ),
    "Issuers": _text("[]", "Identity providers whose tokens are accepted, as a JSON list."),
    "SaleorDomains": _text(
        "",
        "Domains of shops on Saleor that may install Waybill, separated by commas; * matches any "
        "text. Empty: no shop may.",
    ),
    "TranslationLanguages": _text(
        "",
        "Languages whose translations are read from shops on Saleor, such as de,pt-br. Each costs "
        "the shops a little with every product.",
    ),
    "ForgetShopSeconds": _text(
        "604800", "Seconds until the catalogue of a shop that deleted the app is deleted."
    ),
    "ReconcileSeconds": _text("300", "Seconds between two looks for changes in a shop."),
    "RefreshSeconds": _text(
        "3600", "Seconds between two readings of all stocks and listings of a shop."
    ),
    "CheckSeconds": _text("86400", "Seconds between two comparisons of all records with a shop."),
    "ReplicaLagSeconds": _text(
        "0", "Seconds by which the read replicas of shops may be behind their databases."
    ),
    "Formulas": _text(
        "ESCAPE",
        "What to do with CSV text that looks like a formula, unless the request says.",
        ["ESCAPE", "RAW"],
    ),
    "RetentionSeconds": _text("2592000", "Seconds until the file of an export is deleted."),
    "ObjectDays": _number(
        40,
        "Days until the bucket deletes any object. make deploy keeps it above RetentionSeconds.",
    ),
    "DownloadUrlSeconds": _text("300", "Seconds that a download link is valid."),
    "HistorySeconds": _text(
        "31536000", "Seconds that the record of an export outlives its file; 0 keeps it for ever."
    ),
    "DownloadTokenSeconds": _text(
        "0", "Seconds that a link in a mail works without signing in; 0 turns such links off."
    ),
    "EmbedOrigins": _text(
        "", "Origins of dashboards that may embed the page in a frame, separated by commas."
    ),
    "AllowedOrigins": _text(
        "*", "Origins whose pages may call the API. * matches any text, also within an origin."
    ),
    "Introspection": _text("true", "Allow clients to read the schema.", YES_OR_NO),
    "Suggestions": _text(
        "false", "Let errors of queries suggest names from the schema.", YES_OR_NO
    ),
    "PendingPerRequestor": _text("5", "Pending exports allowed per user or app."),
    "PendingPerShop": _text("100", "Pending exports allowed per shop."),
    "ExportsPerRequestor": _text("600", "Exports per user or app within ten minutes."),
    "ExportsPerShop": _text("6000", "Exports per shop within ten minutes."),
    "PreviewsPerRequestor": _text("600", "Previews per user or app within ten minutes."),
    "PreviewsPerShop": _text("6000", "Previews per shop within ten minutes."),
    "SegmentRecords": _text("20000", "Records that one worker handles at a time."),
    "SegmentsInFlight": _number(
        8, "Segments of one export that workers may write at the same time.", MinValue=1
    ),
    "MaxXlsxRows": _number(
        2_000_000,
        "Rows of up to 50 columns that an XLSX file may have; wider files may have fewer. One "
        "worker writes the file within its time-out.",
        MinValue=1,
    ),
    "LeaseSeconds": _text(
        "330", "Seconds that a worker may hold an export. Must exceed the worker's time-out."
    ),
    # Metrics are lines of level INFO. Without them, alarms would stay silent or fire for nothing.
    "LogLevel": _text("INFO", "Lowest level that is logged.", ["DEBUG", "INFO"]),
    "LogDays": _number(30, "Days that logs are kept.", AllowedValues=LOG_DAYS),
    "RequireTls": _text(
        "true",
        "Refuse plain HTTP to bucket and queues. Only an emulator needs false.",
        YES_OR_NO,
    ),
    "WorkerConcurrency": _number(
        10, "Workers that may run at the same time.", MinValue=2, MaxValue=1000
    ),
    "SyncConcurrency": _number(
        5, "Sync workers that may run at the same time.", MinValue=2, MaxValue=1000
    ),
    "ReservedConcurrency": _number(
        0, "Lambda concurrency reserved for the worker; 0 reserves none.", MinValue=0
    ),
    # Fifty people who open the page and follow exports stay below this. What costs more than a
    # request (creating, previewing) has limits of its own per requestor and shop.
    "RequestsPerSecond": _number(
        500, "Requests per second before API Gateway answers 429.", MinValue=1
    ),
    "RequestBurst": _number(1000, "Requests that API Gateway accepts at once.", MinValue=1),
    "DownloadOrigins": _text(
        "", "Origins whose pages may read files from the bucket, separated by commas. Empty: none."
    ),
    "KmsKeyArn": _text(
        "",
        "KMS key for tables, queues, bucket and tokens of shops. Empty: keys of AWS, and one of "
        "the stack for the tokens.",
    ),
    "AccessLogBucket": _text("", "Bucket for the access log of the export bucket. Empty: no log."),
    "ApiAccessLog": _text(
        "false",
        "Log every request of the API. API Gateway needs an account role for it.",
        YES_OR_NO,
    ),
    "Tracing": _text(
        "Active",
        "X-Ray tracing. Active traces a sample of the requests.",
        ["Active", "PassThrough"],
    ),
    "AlarmEmail": _text("", "Recipient of alarm mails. Empty: no mails."),
}


def _is(parameter: str, value: str) -> Json:
    return {"Fn::Equals": [{"Ref": parameter}, value]}


def _given(parameter: str) -> Json:
    return {"Fn::Not": [_is(parameter, "")]}


CONDITIONS: Final[Json] = {
    "IsProd": _is("Stage", "prod"),
    "WithMailIdentity": {"Fn::And": [_is("IdentifyMailSender", "true"), _given("MailSender")]},
    "WithoutMailSender": _is("MailSender", ""),
    "WithoutPublicUrl": _is("PublicUrl", ""),
    "TlsOnly": _is("RequireTls", "true"),
    "WithKey": _given("KmsKeyArn"),
    "WithoutKey": _is("KmsKeyArn", ""),
    "WithDownloadOrigins": _given("DownloadOrigins"),
    "WithAccessLog": _given("AccessLogBucket"),
    "WithApiAccessLog": _is("ApiAccessLog", "true"),
    "WithAlarmEmail": _given("AlarmEmail"),
    "ActiveTracing": _is("Tracing", "Active"),
    "WithReserve": {"Fn::Not": [{"Fn::Equals": [{"Ref": "ReservedConcurrency"}, 0]}]},
}


def outlasting(given: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """Return `given` with an `ObjectDays` that keeps every file until its export expires.

    `before` holds the stack's current parameters. Files with an earlier, longer retention may
    still exist, so the days never decrease unless `given` says so. ValueError if `given` asks for
    fewer days than the retention.
    """
    defaults = {
        name: str(PARAMETERS[name]["Default"]) for name in ("RetentionSeconds", "ObjectDays")
    }
    retention = int({**defaults, **before, **given}["RetentionSeconds"])
    least = -(-retention // DAY_SECONDS) + SPARE_DAYS
    if "ObjectDays" not in given:
        return {**given, "ObjectDays": str(max(least, int({**defaults, **before}["ObjectDays"])))}
    if int(given["ObjectDays"]) < least:
        raise ValueError(
            f"ObjectDays must be at least {least}: files are kept for {retention} seconds."
        )
    return dict(given)
