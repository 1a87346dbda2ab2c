from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import app
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.errors import Unavailable
from chalicelib.logs import LOGGER, about, set_up_logs
from chalicelib.metrics import METRICS, UNITS
from chalicelib.services.work.bury_message import bury_message
from chalicelib.services.work.recover_exports import recover_exports
from tests.factories import ANN, make_service
from tests.log_lines import Lines, logged_lines

NAMES: dict[str, Any] = {"parameters": {"fields": ["NAME"]}}
LOG = logging.getLogger(LOGGER)


@pytest.fixture
def logged() -> Iterator[Lines]:
    with logged_lines() as lines:
        yield lines


def metrics_of(line: dict[str, Any]) -> dict[str, Any]:
    """Name ─▶ value, as CloudWatch reads the line."""
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Waybill"
    assert all(name in line for dimensions in directive["Dimensions"] for name in dimensions)
    return {metric["Name"]: line[metric["Name"]] for metric in directive["Metrics"]}


@contextmanager
def kept_handlers() -> Iterator[None]:
    before = LOG.handlers[:]
    try:
        yield
    finally:
        LOG.handlers[:] = before


def test_a_line_of_the_packaged_app_is_json_with_its_fields(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Chalice uses the logger of the app's name, which is ours: its own text handler would win."""
    assert app.app.app_name == LOGGER
    with kept_handlers():
        set_up_logs("INFO", stage="prod", function="Recover")
        LOG.info("token not accepted", extra={"reason": "expired"})
    [line] = map(json.loads, capsys.readouterr().err.splitlines())
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "message": "token not accepted",
        "stage": "prod",
        "function": "Recover",
        "reason": "expired",
    }


def test_the_fields_of_a_block_are_on_its_lines_only(logged: Lines) -> None:
    with about(request_id="r1", export_id=""):
        LOG.info("one")
    LOG.info("two")
    assert ["request_id" in line for line in logged.lines] == [True, False]
    assert "export_id" not in logged.lines[0]


def test_every_line_of_an_export_names_it_and_its_requestor(logged: Lines) -> None:
    service = make_service(products=1_100, settings={"segment_records": 500})
    job = service.request(**NAMES)
    service.work()
    assert {
        "export requested",
        "export started",
        "segment done",
        "export succeeded",
        "requestor notified",
    } <= {line["message"] for line in logged.lines}
    for line in logged.lines:
        assert (line["export_id"], line["requestor_id"]) == (job.id, job.requestor_id), line


def test_a_finished_export_counts_rows_bytes_and_seconds(logged: Lines) -> None:
    service = make_service(products=3)
    job = service.request(**NAMES)
    service.clock.advance(4)
    service.work()
    [started], [succeeded] = logged.of("export started"), logged.of("export succeeded")
    assert metrics_of(started) == {"exports_started": 1, "queue_seconds": 4.0, "segments": 1}
    size = service.job(job).file_size_bytes
    measured = metrics_of(succeeded)
    assert measured.pop("memory_bytes") > 1_000_000
    assert measured == {"exports_succeeded": 1, "rows": 3, "bytes": size, "seconds": 4.0}
    dimensions = succeeded["_aws"]["CloudWatchMetrics"][0]["Dimensions"]
    assert dimensions == [["stage"], ["stage", "export_type"]]
    assert (succeeded["stage"], succeeded["export_type"]) == ("dev", "products")


def test_a_finished_segment_logs_its_seconds_and_the_memory_of_its_worker(logged: Lines) -> None:
    service = make_service(products=1_100, settings={"segment_records": 500})
    service.request(**NAMES)
    service.work()
    done = [metrics_of(line) for line in logged.of("segment done")]
    assert [measured["segment_seconds"] for measured in done] == [0.0] * 3
    assert all(measured["memory_bytes"] > 1_000_000 for measured in done)


def test_failures_dead_letters_and_refused_mails_are_counted(logged: Lines) -> None:
    service = make_service(products=1)
    job = service.change(service.request(**NAMES), attempts=service.settings.max_attempts)
    service.mailer.refused = {ANN.email}
    message = ExportMessage(shop=job.shop, export_id=job.id, step=Step.START)
    bury_message(service.worker, json.dumps(message.to_json()))
    assert metrics_of(*logged.of("dead letter")) == {"dead_letters": 1}
    assert metrics_of(*logged.of("export failed")) == {"exports_failed": 1}
    assert metrics_of(*logged.of("mail refused")) == {"notification_failures": 1}


def test_a_job_that_the_schedule_cannot_help_is_stuck(logged: Lines) -> None:
    service = make_service(products=1)
    service.request(**NAMES)
    service.clock.advance(3600)
    service.queue.failure = Unavailable("The queue does not answer.")
    recover_exports(service.worker)
    assert metrics_of(*logged.of("schedule ran")) == {"exports_stuck": 1}


def test_every_metric_has_a_unit() -> None:
    counted = {name for name, _ in METRICS.values() if name}
    measured = {name for _, names in METRICS.values() for name in names}
    assert counted | measured == set(UNITS)
