"""The template's parameters, and the conditions that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Json = dict[str, Any]
YES_OR_NO: Final = ["true", "false"]
DAY_SECONDS: Final = 24 * 60 * 60
# An export may wait for a day before its file is written, and the bucket counts whole days.
SPARE_DAYS: Final = 10
LOG_DAYS: Final = [1, 3, 5, 7, 14, 30, 60, 90, 120, 180, 365, 400, 545, 731, 1096, 1827, 3653]


def _text(default: str, description: str, allowed: list[str] | None = None) -> Json:
    found: Json = {"Type": "String", "Default": default, "Description": description}
    return found | ({"AllowedValues": allowed} if allowed else {})


def _number(default: int, description: str, **limits: Any) -> Json:
    return {"Type": "Number", "Default": default, "Description": description, **limits}


PARAMETERS: Final[Json] = {
    "Stage": _text(
        "dev", "The stage: a tag on every resource, a dimension of every metric.", ["dev", "prod"]
    ),
    "EventBusName": _text("default", "The EventBridge bus that learns of finished exports."),
    "MailSender": _text(
        "exports@example.com", "The address that mails come from; SES must have verified it."
    ),
    "IdentifyMailSender": _text(
        "false", "Whether the stack creates the sender's SES identity.", YES_OR_NO
    ),
    "PublicUrl": _text(
        "http://127.0.0.1:8000", "Where people reach the service; links in mails begin with it."
    ),
    "Issuers": _text("[]", "The identity providers whose tokens are accepted, as a JSON list."),
    "Formulas": _text(
        "ESCAPE",
        "What becomes of CSV text that looks like a formula, unless a request says.",
        ["ESCAPE", "RAW"],
    ),
    "RetentionSeconds": _text("2592000", "How long files are kept."),
    "ObjectDays": _number(
        40,
        "When the bucket itself drops what was left behind, in days; make deploy keeps it above RetentionSeconds.",
    ),
    "DownloadUrlSeconds": _text("300", "How long a download link is valid."),
    "HistorySeconds": _text(
        "0", "How long the record of an export outlives its file; 0: for ever."
    ),
    "DownloadTokenSeconds": _text(
        "0", "How long the link of a mail works without signing in; 0: never."
    ),
    "EmbedOrigins": _text(
        "", "Origins of dashboards that may embed the page in a frame, separated by blanks."
    ),
    "AllowedOrigins": _text(
        "*", "Origins whose pages may call the API; * stands for anything, also inside of one."
    ),
    "Introspection": _text("true", "Whether clients may ask for the schema.", YES_OR_NO),
    "Suggestions": _text(
        "false", "Whether errors of queries suggest names of the schema.", YES_OR_NO
    ),
    "PendingPerRequestor": _text("5", "How many exports one user or app may have pending."),
    "PendingPerShop": _text("100", "How many exports one shop may have pending."),
    "SegmentRecords": _text("20000", "How many records one worker handles at a time."),
    "SegmentsInFlight": _number(
        8, "How many segments of one export workers write at the same time.", MinValue=1
    ),
    "MaxXlsxRows": _number(
        2_000_000,
        "How many rows of up to 50 columns an XLSX file can have; wider files fewer. One worker "
        "writes the file within its time-out.",
        MinValue=1,
    ),
    "LeaseSeconds": _text("330", "How long a worker may keep an export; longer than its time-out."),
    # Metrics are lines of level INFO: without them alarms would be silent, or fire for nothing.
    "LogLevel": _text("INFO", "What is logged.", ["DEBUG", "INFO"]),
    "LogDays": _number(30, "How long logs are kept: days.", AllowedValues=LOG_DAYS),
    "RequireTls": _text(
        "true",
        "Whether bucket and queue refuse plain HTTP; only an emulator needs false.",
        YES_OR_NO,
    ),
    "WorkerConcurrency": _number(
        10, "How many workers run at most at the same time.", MinValue=2, MaxValue=1000
    ),
    "ReservedConcurrency": _number(
        0, "Concurrency that is set aside for the worker; 0: none.", MinValue=0
    ),
    "RequestsPerSecond": _number(
        50, "How many requests the API takes a second before it answers 429.", MinValue=1
    ),
    "RequestBurst": _number(100, "How many requests the API takes at once.", MinValue=1),
    "KmsKeyArn": _text("", "A KMS key for tables, queues and bucket; empty: AWS's own keys."),
    "AccessLogBucket": _text("", "A bucket for the export bucket's access log; empty: no log."),
    "ApiAccessLog": _text(
        "false", "Whether requests are logged; API Gateway needs an account role for it.", YES_OR_NO
    ),
    "Tracing": _text("Active", "X-Ray: Active traces every request.", ["Active", "PassThrough"]),
    "AlarmEmail": _text("", "Who gets a mail from the alarms; empty: nobody."),
}


def _is(parameter: str, value: str) -> Json:
    return {"Fn::Equals": [{"Ref": parameter}, value]}


def _given(parameter: str) -> Json:
    return {"Fn::Not": [_is(parameter, "")]}


CONDITIONS: Final[Json] = {
    "IsProd": _is("Stage", "prod"),
    "WithMailIdentity": _is("IdentifyMailSender", "true"),
    "TlsOnly": _is("RequireTls", "true"),
    "WithKey": _given("KmsKeyArn"),
    "WithAccessLog": _given("AccessLogBucket"),
    "WithApiAccessLog": _is("ApiAccessLog", "true"),
    "WithAlarmEmail": _given("AlarmEmail"),
    "WithReserve": {"Fn::Not": [{"Fn::Equals": [{"Ref": "ReservedConcurrency"}, 0]}]},
}


def outlasting(given: Mapping[str, str], before: Mapping[str, str]) -> dict[str, str]:
    """`given` with `ObjectDays` such that the bucket drops no file before an export's time is over.

    `before` are the parameters of the stack so far: files that were promised to stay longer than is asked for now are
    still there, so the days never become fewer by themselves. ValueError when fewer are asked for than the retention.
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
