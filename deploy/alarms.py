"""The alarms: what an operator is woken for."""

from __future__ import annotations

from typing import Any, Final

from chalicelib.metrics import NAMESPACE
from deploy.intrinsics import ref, tag_list, when
from deploy.parameters import Json

MINUTE: Final = 60
OLDEST_MESSAGE_SECONDS: Final = 15 * MINUTE
FAILED_PER_CENT: Final = 10
FAILED_AT_LEAST: Final = 3


def metric(namespace: str, name: str, statistic: str, period: int, **dimensions: Any) -> Json:
    """A metric over a period in seconds."""
    found = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return {
        "Metric": {"Namespace": namespace, "MetricName": name, "Dimensions": found},
        "Period": period,
        "Stat": statistic,
    }


def own(name: str, statistic: str, period: int) -> Json:
    """One of Waybill's metrics (chalicelib/metrics.py)."""
    return metric(NAMESPACE, name, statistic, period, stage=ref("Stage"))


def _alarm(
    description: str, threshold: float, periods: int, expression: str = "m0", **given: Any
) -> Json:
    """An alarm when the expression over `metrics` (m0, m1, …) exceeds the threshold for so many periods."""
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
    """One metric in the short form, several as what the expression makes of them."""
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


def _throttles(period: int) -> list[Json]:
    tables = ("ExportFilesTable", "CatalogTable")
    events = ("ReadThrottleEvents", "WriteThrottleEvents")
    return [
        *(
            metric("AWS/DynamoDB", event, "Sum", period, TableName=ref(table))
            for table in tables
            for event in events
        ),
        *(_function("Throttles", function, period) for function in ("APIHandler", "Worker")),
    ]


def alarms() -> Json:
    """The alarms, and the topic that mails them."""
    five, throttles = 5 * MINUTE, _throttles(5 * MINUTE)
    rate = f"IF(m0 >= {FAILED_AT_LEAST}, 100 * m0 / (m0 + FILL(m1, 0)), 0)"
    api = {"ApiName": ref("AWS::StackName"), "Stage": "api"}
    return {
        "DeadLetterAlarm": _alarm(
            "A message failed for good; its export is FAILED, or sent again if no worker had tried it.",
            0,
            1,
            metrics=[own("dead_letters", "Sum", five)],
        ),
        "DeadLettersStayAlarm": _alarm(
            "Dead letters are not dealt with: exports may be pending for ever.",
            0,
            3,
            # After a delivery that failed a letter is hidden for minutes, then delivered at once.
            "m0 + m1",
            metrics=[
                _queue(f"ApproximateNumberOfMessages{state}", "ExportDeadLetters", five)
                for state in ("Visible", "NotVisible")
            ],
        ),
        "OldestMessageAlarm": _alarm(
            "Exports wait long for a worker.",
            OLDEST_MESSAGE_SECONDS,
            2,
            metrics=[_queue("ApproximateAgeOfOldestMessage", "ExportQueue", five)],
        ),
        "FailureRateAlarm": _alarm(
            f"More than {FAILED_PER_CENT} of 100 exports fail.",
            FAILED_PER_CENT,
            1,
            rate,
            metrics=[
                own(name, "Sum", 15 * MINUTE) for name in ("exports_failed", "exports_succeeded")
            ],
        ),
        "StuckExportsAlarm": _alarm(
            "Exports are due and the schedule cannot help them.",
            0,
            2,
            # What cannot be helped is looked at again after minutes, not in each.
            metrics=[own("exports_stuck", "Maximum", 10 * MINUTE)],
        ),
        "ScheduleSilentAlarm": _alarm(
            "The schedule does not run: lost exports are not recovered.",
            1,
            2,
            # The line that each run ends with: one that fails is counted as an invocation too.
            metrics=[own("exports_stuck", "SampleCount", five)],
            comparison="LessThanThreshold",
            missing="breaching",
        ),
        "NotificationAlarm": _alarm(
            "Mails or bus events cannot be sent.",
            2,
            1,
            metrics=[own("notification_failures", "Sum", 15 * MINUTE)],
        ),
        "ThrottlesAlarm": _alarm(
            "Tables or functions are throttled.",
            10,
            3,
            " + ".join(f"FILL(m{n}, 0)" for n in range(len(throttles))),
            metrics=throttles,
        ),
        "ApiErrorsAlarm": _alarm(
            "The API answers 5xx.",
            3,
            1,
            metrics=[metric("AWS/ApiGateway", "5XXError", "Sum", five, **api)],
        ),
        "AlarmTopic": {
            "Type": "AWS::SNS::Topic",
            "Condition": "WithAlarmEmail",
            "Properties": {
                "Subscription": [{"Protocol": "email", "Endpoint": ref("AlarmEmail")}],
                "Tags": tag_list(),
            },
        },
    }
