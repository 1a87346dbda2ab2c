from __future__ import annotations

from pathlib import Path

from local.environment import VARIABLES, write_environment
from tests.no_deployment import name_no_deployment

RUN = {
    "aws_endpoint_url": "http://127.0.0.1:9",
    "outputs": dict.fromkeys(VARIABLES.values(), "name"),
    "stack": "waybill-dev",
    "api_url": "http://127.0.0.1:8",
    "tokens": {"admin": "secret"},
}


def test_tests_in_a_terminal_that_looks_at_a_local_run_are_not_about_that_run(
    tmp_path: Path,
) -> None:
    write_environment(tmp_path / "env", RUN)
    lines = (tmp_path / "env").read_text().splitlines()
    sourced = dict(line.removeprefix("export ").split("=", 1) for line in lines)
    sourced["WAYBILL_MODEL_RUNS"] = "5000"
    name_no_deployment(sourced)
    assert set(sourced) == {
        "WAYBILL_MODEL_RUNS",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
    }
