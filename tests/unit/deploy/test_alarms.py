"""The alarms: what CloudWatch accepts, and what they see."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.metrics import NAMESPACE, UNITS
from chalicelib.settings import Settings
from deploy.alarms import alarms
from deploy.template import make_template

RESOURCES: dict[str, Any] = make_template()["Resources"]
ALARMS = {
    name: it["Properties"]
    for name, it in RESOURCES.items()
    if it.get("Type") == "AWS::CloudWatch::Alarm"
}


def test_every_alarm_tells_somebody_and_says_what_it_means() -> None:
    for alarm in ALARMS.values():
        assert alarm["AlarmActions"] == {
            "Fn::If": ["WithAlarmEmail", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]
        }
        assert alarm["AlarmDescription"].endswith(".")


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_computes_with_ten_metrics_at_most(name: str) -> None:
    """CloudWatch refuses more in PutMetricAlarm, and then the whole deployment fails."""
    asked = [it for it in ALARMS[name].get("Metrics", ()) if "MetricStat" in it]
    assert len(asked) <= 10


def test_alarms_and_dashboard_ask_for_metrics_that_exist() -> None:
    asked = [
        metric["MetricName"]
        for metric in _metrics_of(alarms())
        if metric.get("Namespace") == NAMESPACE and "MetricName" in metric
    ]
    body = json.loads(RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    lines = [line for widget in body["widgets"] for line in widget["properties"].get("metrics", ())]
    asked += [line[1] for line in lines if line[0] == NAMESPACE]
    assert {"dead_letters", "exports_stuck", "exports_failed"} <= set(asked) <= set(UNITS)


def _metrics_of(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(found for inner in value.values() for found in _metrics_of(inner))]
    return (
        [found for inner in value for found in _metrics_of(inner)]
        if isinstance(value, list)
        else []
    )


def test_a_schedule_that_is_silent_or_fails_is_an_alarm() -> None:
    """A run that fails is an invocation too; only one that ends leaves a line with this metric."""
    alarm = ALARMS["ScheduleSilentAlarm"]
    assert (alarm["TreatMissingData"], alarm["MetricName"], alarm["Statistic"]) == (
        "breaching",
        "exports_stuck",
        "SampleCount",
    )


def test_the_alarm_sees_a_stuck_export_in_every_period_that_it_stays_stuck() -> None:
    assert ALARMS["StuckExportsAlarm"]["Period"] > Settings().lease_seconds + 60


def test_a_dead_letter_that_is_hidden_after_a_failed_delivery_counts() -> None:
    metrics = [
        it["MetricStat"]["Metric"]
        for it in ALARMS["DeadLettersStayAlarm"]["Metrics"]
        if "MetricStat" in it
    ]
    assert [it["MetricName"].removeprefix("ApproximateNumberOfMessages") for it in metrics] == [
        "Visible",
        "NotVisible",
    ]
