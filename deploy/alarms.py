"""The alarms. docs/operations.md says what to do about each one."""

from __future__ import annotations

from typing import Any, Final

from chalicelib.metrics import NAMESPACE
from deploy.intrinsics import ref, tag_list, when
from deploy.parameters import Json

MINUTE: Final = 60
MAX_WAIT_SECONDS: Final = 15 * MINUTE
MAX_FAILED_PER_CENT: Final = 10
MIN_FAILED: Final = 3


def metric(namespace: str, name: str, statistic: str, period: int, **dimensions: Any) -> Json:
    """Return a metric over a period in seconds."""
    found = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return {
        "Metric": {"Namespace": namespace, "MetricName": name, "Dimensions": found},
        "Period": period,
        "Stat": statistic,
    }


def own(name: str, statistic: str, period: int) -> Json:
    """Return one of Waybill's own metrics (chalicelib/metrics.py)."""
    return metric(NAMESPACE, name, statistic, period, stage=ref("Stage"))


def _alarm(
    description: str, threshold: float, periods: int, expression: str = "m0", **given: Any
) -> Json:
    """Return an alarm.

    It goes off when the expression over `metrics` (m0, m1, …) exceeds the threshold for `periods`.
    """
    actions = when("WithAlarmEmail", [ref("AlarmTopic")])
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": description,
            **_measured(expression, given["metrics"]),
            "Threshold": threshold,
            "ComparisonOperator": given.get("comparison", "GreaterThanThreshold"),
            "EvaluationPeriods": periods,
            "TreatMissingData": given.get("missing", "notBreaching"),
            "AlarmActions": actions,
            "OKActions": actions,
            "Tags": tag_list(),
        },
    }


def _measured(expression: str, metrics: list[Json]) -> Json:
    """Return one metric in CloudFormation's short form, several as the value of the expression."""
    if len(metrics) == 1:
        [one] = metrics
        return {**one["Metric"], "Period": one["Period"], "Statistic": one["Stat"]}
    data: list[Json] = [
        {"Id": f"m{n}", "MetricStat": stat, "ReturnData": False} for n, stat in enumerate(metrics)
    ]
    return {"Metrics": [*data, {"Id": "value", "Expression": expression, "ReturnData": True}]}


def _queue(name: str, queue: str, period: int) -> Json:
    return metric(
        "AWS/SQS", name, "Maximum", period, QueueName={"Fn::GetAtt": [queue, "QueueName"]}
    )


def _function(name: str, function: str, period: int) -> Json:
    return metric("AWS/Lambda", name, "Sum", period, FunctionName=ref(function))


def _throttled_tables(period: int) -> list[Json]:
    tables = ("ExportFilesTable", "ExportListsTable", "CatalogTable", "ShopsTable", "MarksTable")
    events = ("ReadThrottleEvents", "WriteThrottleEvents")
    return [
        metric("AWS/DynamoDB", event, "Sum", period, TableName=ref(table))
        for table in tables
        for event in events
    ]


def _throttled_functions(period: int) -> list[Json]:
    return [_function("Throttles", name, period) for name in ("APIHandler", "Worker")]


def alarms() -> Json:
    """Return the alarms and the topic that mails them."""
    return {
        **_dead_letter_alarms(),
        **_export_alarms(),
        **_sync_alarms(),
        **_schedule_alarms(),
        **_service_alarms(),
        "AlarmTopic": _topic(),
    }


def _dead_letter_alarms() -> Json:
    return {
        "DeadLetterAlarm": _alarm(
            "A message failed for good. Its export is FAILED, "
            "or is sent again if no worker tried it.",
            0,
            1,
            metrics=[own("dead_letters", "Sum", 5 * MINUTE)],
        ),
        "DeadLettersStayAlarm": _alarm(
            "Dead letters are not handled. Their exports may stay pending.",
            0,
            3,
            # After a failed delivery a letter is hidden for minutes, then visible at once.
            "m0 + m1",
            metrics=_dead_letters(5 * MINUTE),
        ),
    }


def _export_alarms() -> Json:
    rate = f"IF(m0 >= {MIN_FAILED}, 100 * m0 / (m0 + FILL(m1, 0)), 0)"
    ended = [own(name, "Sum", 15 * MINUTE) for name in ("exports_failed", "exports_succeeded")]
    age = _queue("ApproximateAgeOfOldestMessage", "ExportQueue", 5 * MINUTE)
    return {
        "OldestMessageAlarm": _alarm(
            "Exports wait for a worker for more than 15 minutes.",
            MAX_WAIT_SECONDS,
            2,
            metrics=[age],
        ),
        "FailureRateAlarm": _alarm(
            f"More than {MAX_FAILED_PER_CENT} % of the exports of 15 minutes failed.",
            MAX_FAILED_PER_CENT,
            1,
            rate,
            metrics=ended,
        ),
    }


def _dead_letters(period: int) -> list[Json]:
    names = [f"ApproximateNumberOfMessages{state}" for state in ("Visible", "NotVisible")]
    return [_queue(name, "ExportDeadLetters", period) for name in names]


def _sync_alarms() -> Json:
    dead = _queue("ApproximateNumberOfMessagesVisible", "SyncDeadLetters", 5 * MINUTE)
    return {
        "SyncDeadLettersAlarm": _alarm(
            "A step of a shop's sync failed for good. The schedule asks for it again.",
            0,
            1,
            metrics=[dead],
        ),
        "SyncStuckAlarm": _alarm(
            "A shop was not asked for changes for half an hour. Exports wait for it, then fail.",
            0,
            2,
            metrics=[own("syncs_stuck", "Maximum", 10 * MINUTE)],
        ),
        "SyncSilentAlarm": _alarm(
            "The schedule of the syncs does not run. Changes without a webhook are not seen.",
            1,
            2,
            metrics=[own("syncs_stuck", "SampleCount", 10 * MINUTE)],
            comparison="LessThanThreshold",
            missing="breaching",
        ),
    }


def _schedule_alarms() -> Json:
    return {
        "StuckExportsAlarm": _alarm(
            "The schedule finds exports that it cannot bring forward.",
            0,
            2,
            # The schedule looks at such an export again after minutes, not in every run.
            metrics=[own("exports_stuck", "Maximum", 10 * MINUTE)],
        ),
        "ScheduleSilentAlarm": _alarm(
            "The schedule does not run. Exports whose worker died are not continued.",
            1,
            2,
            # The line that ends each run. Lambda counts a failed run as an invocation too.
            metrics=[own("exports_stuck", "SampleCount", 5 * MINUTE)],
            comparison="LessThanThreshold",
            missing="breaching",
        ),
        "NotificationAlarm": _alarm(
            "Mails or bus events cannot be sent. The exports themselves are complete.",
            2,
            1,
            metrics=[own("notification_failures", "Sum", 15 * MINUTE)],
        ),
    }


def _service_alarms() -> Json:
    api = {"ApiName": ref("AWS::StackName"), "Stage": "api"}
    return {
        # One alarm over all of it would be refused: CloudWatch takes 10 metrics in an expression.
        "ThrottlesAlarm": _throttles("Tables", _throttled_tables(5 * MINUTE)),
        "FunctionThrottlesAlarm": _throttles("Functions", _throttled_functions(5 * MINUTE)),
        "ShopFullAlarm": _alarm(
            "The records of a shop come near the 10 GB that DynamoDB allows, or have reached them.",
            0,
            1,
            metrics=[own("shops_full", "Sum", 5 * MINUTE)],
        ),
        "ApiErrorsAlarm": _alarm(
            "The API answers with 5xx.",
            3,
            1,
            metrics=[metric("AWS/ApiGateway", "5XXError", "Sum", 5 * MINUTE, **api)],
        ),
    }


def _throttles(what: str, metrics: list[Json]) -> Json:
    total = " + ".join(f"FILL(m{n}, 0)" for n in range(len(metrics)))
    description = f"{what} are throttled. Exports become slower."
    return _alarm(description, 10, 3, total, metrics=metrics)


def _topic() -> Json:
    subscription = {"Protocol": "email", "Endpoint": ref("AlarmEmail")}
    return {
        "Type": "AWS::SNS::Topic",
        "Condition": "WithAlarmEmail",
        "Properties": {"Subscription": [subscription], "Tags": tag_list()},
    }
