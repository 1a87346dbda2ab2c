from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from local.problems import Problems, problem_of

FAILED = {
    "time": "2026-11-26T13:22:49.699+00:00",
    "level": "WARNING",
    "message": "step failed",
    "function": "waybill-dev-Worker-82CF120CB7766",
    "export_id": "01a2",
    "reason": "The file store did not answer.",
}
TIMED_OUT = (
    "2026-11-26 13:22:49 WARNING [lambda] ESM: Lambda waybill-dev-Worker-82CF12 failed processing"
    " SQS batch from waybill-dev-ExportQueue-4B (errorType={} errorMessage=took too long)"
)


def test_a_warning_of_a_function_is_one_line_with_its_reason() -> None:
    text = problem_of(json.dumps(FAILED))
    assert text == "13:22:49 Worker: step failed (export 01a2): The file store did not answer."


def test_an_unexpected_error_ends_in_the_last_line_of_its_trace() -> None:
    error = {**FAILED, "level": "ERROR", "reason": None, "exception": "Traceback\n  …\nKeyError: 1"}
    assert str(problem_of(json.dumps(error))).endswith("step failed (export 01a2): KeyError: 1")


@pytest.mark.parametrize(
    "line",
    [
        json.dumps({**FAILED, "level": "INFO"}),
        "{not JSON",
        "Traceback (most recent call last):",
        TIMED_OUT.format("Runtime.HandlerError"),  # the function has written a line of its own
    ],
)
def test_other_lines_are_not_problems(line: str) -> None:
    assert problem_of(line) is None


def test_a_function_that_dies_is_a_problem_although_it_wrote_nothing() -> None:
    text = problem_of(TIMED_OUT.format("Sandbox.Timedout"))
    assert text == "Worker: the function failed. Sandbox.Timedout errorMessage=took too long"


def test_problems_are_printed_as_the_log_grows(tmp_path: Path) -> None:
    log, out = tmp_path / "emulator.log", io.StringIO()
    first, rest = json.dumps(FAILED)[:40], json.dumps(FAILED)[40:]
    log.write_text(first)
    with Problems(log, out), log.open("a") as file:
        file.write(f"{rest}\n")
    assert out.getvalue().count("step failed") == 1
