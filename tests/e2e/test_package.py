"""What goes to AWS, started by Lambda's own runtime with nothing beside it.

No other package, no checkout.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.message import ExportMessage, Step
from deploy.package import REGION, ROOT, package
from tests.e2e.left_jobs import leave_expired, leave_pending, store_of
from tests.e2e.parts import TICK
from tests.local_run import LocalRun
from tests.runtime_api import PYTHON, run_function

MAX_ZIP_BYTES: Final = 5_000_000
MAX_UNZIPPED_BYTES: Final = 20_000_000
HEALTH: Final[dict[str, Any]] = {
    "resource": "/health",
    "path": "/health",
    "httpMethod": "GET",
    "headers": {},
    "multiValueHeaders": {},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": None,
    "stageVariables": None,
    "requestContext": {
        "resourcePath": "/health",
        "httpMethod": "GET",
        "requestId": "one",
        "identity": {},
    },
    "body": None,
    "isBase64Encoded": False,
}
NOBODY: Final = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def packaged() -> Path:
    return package(ROOT / ".local" / "package")


@pytest.fixture(scope="module")
def template(packaged: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((packaged / "sam.json").read_text())
    return found


@pytest.fixture(scope="module")
def unzipped(packaged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("package")
    with zipfile.ZipFile(packaged / "deployment.zip") as archive:
        archive.extractall(target)
    return target


def functions(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = template["Resources"].items()
    return {
        name: it["Properties"] for name, it in found if it["Type"] == "AWS::Serverless::Function"
    }


def environment_of(service: LocalRun, function: str) -> dict[str, str]:
    """What the deployed function has, and keys: Lambda sets them from its role."""
    found = service.aws("cloudformation").describe_stack_resource(
        StackName="waybill-dev", LogicalResourceId=function
    )
    name = found["StackResourceDetail"]["PhysicalResourceId"]
    deployed = service.aws("lambda").get_function_configuration(FunctionName=name)["Environment"][
        "Variables"
    ]
    return {**deployed, **service.environment()}


def message(job: ExportFile) -> dict[str, Any]:
    body = ExportMessage(shop=job.shop, export_id=job.id, step=Step.START).to_json()
    return {"Records": [{"messageId": "one", "receiptHandle": "one", "body": json.dumps(body)}]}


def test_the_package_is_small(packaged: Path) -> None:
    with zipfile.ZipFile(packaged / "deployment.zip") as archive:
        unzipped_bytes = sum(entry.file_size for entry in archive.infolist())
    assert (packaged / "deployment.zip").stat().st_size <= MAX_ZIP_BYTES
    assert unzipped_bytes <= MAX_UNZIPPED_BYTES


def test_functions_run_on_the_python_that_the_package_was_made_for(
    template: dict[str, Any],
) -> None:
    made_for = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert {function["Runtime"] for function in functions(template).values()} == {made_for}


def test_everything_that_is_required_is_in_the_package(unzipped: Path) -> None:
    required = re.findall(r"^([\w-]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    stored = {path.name.partition("-")[0].lower() for path in unzipped.glob("*.dist-info")}
    assert {name.lower().replace("-", "_") for name in required} <= stored


# Browsers name the zone of India by its old name.
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Argentina/Ushuaia", "Asia/Calcutta"])
def test_time_zones_are_known_where_the_system_has_none(unzipped: Path, zone: str) -> None:
    script = (
        "from datetime import datetime; from chalicelib.rendering.layouts import ZoneInfo;"
        f"print(datetime(2026, 7, 1, 12, tzinfo=ZoneInfo('{zone}')).isoformat())"
    )
    told = subprocess.check_output(
        [PYTHON, "-c", script], cwd=unzipped, env={"PYTHONTZPATH": ""}, text=True
    )
    expected = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo(zone)).isoformat()
    assert told.strip() == expected


def test_every_function_is_run_here(template: dict[str, Any]) -> None:
    handlers = {name: function["Handler"] for name, function in functions(template).items()}
    assert handlers == {
        "APIHandler": "app.app",
        **{name: handler for name, (handler, _, _) in DUTIES.items()},
        **{name: handler for name, (handler, _) in SYNCS.items()},
    }


def test_the_api_answers_from_the_package_alone(unzipped: Path) -> None:
    answer = run_function(unzipped, "app.app", HEALTH, {"AWS_DEFAULT_REGION": REGION})
    assert answer.error is None, answer.log
    assert answer.response["statusCode"] == 200
    assert json.loads(answer.response["body"])["status"] == "ok"


HOUR: Final = timedelta(hours=1)
# For each function its handler, the job that it finds, and what becomes of that; a job that waits
# is left to a worker.
DUTIES: Final[dict[str, tuple[str, Callable[[LocalRun], ExportFile], JobStatus]]] = {
    "Worker": ("app.worker", leave_pending, JobStatus.SUCCESS),
    "DeadLetters": ("app.dead_letters", partial(leave_pending, attempts=5), JobStatus.FAILED),
    "Recover": ("app.recover", partial(leave_pending, age=HOUR, attempts=5), JobStatus.FAILED),
    "Expire": ("app.expire", leave_expired, JobStatus.DELETED),
}


# The functions of the sync, and what each is handed.
SYNCS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "Sync": (
        "app.sync",
        {
            "Records": [
                {
                    "messageId": "1",
                    "receiptHandle": "1",
                    "body": '{"shop": "nobody", "step": "reconcile"}',
                }
            ]
        },
    ),
    "Reconcile": ("app.reconcile", TICK),
}


@pytest.mark.parametrize("function", SYNCS)
def test_a_function_of_the_sync_runs_from_the_package_alone(
    unzipped: Path, function: str, operator: LocalRun
) -> None:
    handler, event = SYNCS[function]
    answer = run_function(unzipped, handler, event, environment_of(operator, function))
    assert (answer.error, answer.response) == (None, None), answer.log


@pytest.mark.parametrize("function", DUTIES)
def test_a_function_does_its_duty_from_the_package_alone(
    unzipped: Path, function: str, operator: LocalRun
) -> None:
    handler, leave, status = DUTIES[function]
    job = leave(operator)
    event = TICK if function in ("Recover", "Expire") else message(job)
    answer = run_function(unzipped, handler, event, environment_of(operator, function))
    assert (answer.error, answer.response) == (None, None), answer.log
    assert store_of(operator).get(job.shop, job.id).status is status


def test_a_function_that_cannot_go_on_says_so(unzipped: Path, operator: LocalRun) -> None:
    nowhere = {**environment_of(operator, "Recover"), "AWS_ENDPOINT_URL": NOBODY}
    answer = run_function(unzipped, "app.recover", TICK, nowhere)
    assert answer.error["errorType"] == "DatabaseUnavailable"
    assert f'Could not connect to the endpoint URL: "{NOBODY}/"' in answer.error["errorMessage"]
