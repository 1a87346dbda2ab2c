"""The one-liners of docs/operations.md, typed as they stand there.

Waybill's own, and those of the AWS CLI.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.global_id import decode_global_id
from tests.local_run import ROOT, LocalRun

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ONE_LINERS = PAGE.partition("\n## One-liners\n")[2].replace("\\\n", " ")
LINES = re.findall(r"^python -m ops .+$", ONE_LINERS, re.MULTILINE)
AWS_LINES = re.findall(r"^aws .+$", ONE_LINERS, re.MULTILINE)
# What the page takes for granted; its credentials are the test's.
[PREAMBLE] = re.findall(r"^resource\(\) \{.*?\}$", PAGE, re.MULTILINE | re.DOTALL)
# Some of the CLI's services do not look at AWS_ENDPOINT_URL.
AWS = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }'
# What the function of the page finds, without asking each time.
KNOWN = 'resource() { local name="PHYSICAL_$1"; echo "${!name}"; }'
AWS_CLI = ROOT / ".local" / "aws-cli" / "bin"
SAYS_NOTHING = (
    "continue-update-rollback",
    "describe-stack-events",
    "describe-alarms",
    "receive-message",
    "filter-log-events",
    "--no-enabled",
)


@pytest.fixture(scope="module")
def environment(service: LocalRun) -> dict[str, str]:
    """What the page takes for granted: the stack, a shop, an export, and credentials."""
    export_id = service.export("exportProducts", scope="ALL", exportInfo={"fields": ["NAME"]})
    rows = service.download(service.ended(export_id)).decode().splitlines()
    known = {
        **service.environment(),
        "STACK": "waybill-dev",
        "SHOP": "default",
        "ID": export_id,
        "KEY": decode_global_id(export_id)[1],
        "UUID": trigger(service),
        **physical_names(service),
        "PRODUCT": rows[1].partition(",")[0],
        "URL": service.url,
        "TOKEN": service.token(),
        "WAYBILL_URL": service.url,
        "WAYBILL_TOKEN": service.token(),
    }
    return {
        **os.environ,
        **known,
        "PYTHONPATH": str(ROOT),
        "PATH": f"{Path(sys.executable).parent}:{AWS_CLI}:{os.environ['PATH']}",
    }


def physical_names(service: LocalRun) -> dict[str, str]:
    resources = service.aws("cloudformation").describe_stack_resources(StackName="waybill-dev")[
        "StackResources"
    ]
    return {f"PHYSICAL_{it['LogicalResourceId']}": it["PhysicalResourceId"] for it in resources}


def trigger(service: LocalRun) -> str:
    """The id of the worker's trigger."""
    queue = service.facts["outputs"]["ExportQueue"].rpartition("/")[2]
    found = service.aws("lambda").list_event_source_mappings()["EventSourceMappings"]
    [uuid] = [it["UUID"] for it in found if it["EventSourceArn"].endswith(f":{queue}")]
    return str(uuid)


def run(line: str, environment: dict[str, str], directory: Path) -> str:
    done = subprocess.run(
        ["bash", "-c", line],
        env=environment,
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("line", LINES)
def test_a_one_liner_answers(line: str, environment: dict[str, str], tmp_path: Path) -> None:
    told = run(line, environment, tmp_path)
    # A list can be empty, and a download speaks on stderr: stdout may be the file.
    assert told or "list-apps" in line or " download " in line
    if "--json" in line:
        assert isinstance(json.loads(told), list)


def test_the_exported_file_is_there(environment: dict[str, Any], tmp_path: Path) -> None:
    [line] = [line for line in LINES if "--out products.xlsx" in line]
    run(line, environment, tmp_path)
    assert (tmp_path / "products.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize("line", AWS_LINES)
def test_a_line_of_the_aws_cli_answers(
    line: str, environment: dict[str, str], tmp_path: Path
) -> None:
    # There is no rollback to continue: all that can be seen here is that CloudFormation
    # understands.
    end = "|| true" if "continue-update-rollback" in line else ""
    told = run(f"{AWS}\n{KNOWN}\n{line} {end}", environment, tmp_path)
    assert told.strip() or any(quiet in line for quiet in SAYS_NOTHING), line


def test_the_trigger_is_as_it_was(environment: dict[str, str], tmp_path: Path) -> None:
    """Whatever ran before: the last line of the page enables it."""
    [enable] = [line for line in AWS_LINES if line.endswith("--enabled")]
    assert "Enabled" in run(f"{AWS}\n{enable}", environment, tmp_path)


def test_the_log_of_an_export_is_found(environment: dict[str, str], tmp_path: Path) -> None:
    [line] = [line for line in AWS_LINES if "$KEY" in line and "logs" in line]
    assert "export succeeded" in run(f"{AWS}\n{PREAMBLE}\n{line}", environment, tmp_path)
