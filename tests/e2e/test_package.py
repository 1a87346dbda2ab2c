"""What goes to AWS, started with nothing beside it: no other package, no checkout, no virtual environment."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest

from local.package import REGION, ROOT, package
from tests.e2e.parts import TICK

LARGEST_ZIP_BYTES: Final = 12_000_000
LARGEST_UNZIPPED_BYTES: Final = 40_000_000
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
    "requestContext": {"resourcePath": "/health", "httpMethod": "GET", "requestId": "one", "identity": {}},
    "body": None,
    "isBase64Encoded": False,
}
MESSAGE: Final = {"shop": "default", "export_id": "one", "step": "start"}
RECORD: Final = {"messageId": "one", "receiptHandle": "one", "body": json.dumps(MESSAGE)}
EVENTS: Final[dict[str, dict[str, Any]]] = {
    "app.worker": {"Records": [RECORD]},
    "app.dead_letters": {"Records": [RECORD]},
    "app.recover": TICK,
    "app.expire": TICK,
}
NOBODY: Final = "http://127.0.0.1:9"
# Reads {"handler", "event"} from stdin and prints what the handler answers, as Lambda's runtime calls it.
RUNTIME: Final = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
asked = json.load(sys.stdin)
module, _, name = asked["handler"].partition(".")
handler = getattr(importlib.import_module(module), name)
context = type("Context", (), {"aws_request_id": "one", "function_name": name})()
json.dump(handler(asked["event"], context), sys.stdout)
"""


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


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("bare")
    venv.create(target, with_pip=False)
    return target / "bin" / "python"


def functions(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = template["Resources"].items()
    return {name: it["Properties"] for name, it in found if it["Type"] == "AWS::Serverless::Function"}


def call(python: Path, unzipped: Path, handler: str, event: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    environment = {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": NOBODY,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",  # pragma: allowlist secret
        "PATH": os.defpath,
    }
    return subprocess.run(
        [str(python), "-I", "-c", RUNTIME, str(unzipped)],
        input=json.dumps({"handler": handler, "event": event}),
        env=environment,
        cwd=unzipped,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_package_is_small(packaged: Path) -> None:
    with zipfile.ZipFile(packaged / "deployment.zip") as archive:
        unzipped_bytes = sum(entry.file_size for entry in archive.infolist())
    assert (packaged / "deployment.zip").stat().st_size <= LARGEST_ZIP_BYTES
    assert unzipped_bytes <= LARGEST_UNZIPPED_BYTES


def test_functions_run_on_the_python_that_the_package_was_made_for(template: dict[str, Any]) -> None:
    made_for = f"python{sys.version_info.major}.{sys.version_info.minor}"
    assert {function["Runtime"] for function in functions(template).values()} == {made_for}


def test_everything_that_is_required_is_in_the_package(unzipped: Path) -> None:
    required = re.findall(r"^([\w-]+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    stored = {path.name.partition("-")[0].lower() for path in unzipped.glob("*.dist-info")}
    assert {name.lower().replace("-", "_") for name in required} <= stored


def test_every_function_is_known_here(template: dict[str, Any]) -> None:
    assert {function["Handler"] for function in functions(template).values()} == {"app.app", *EVENTS}


@pytest.mark.parametrize("handler", EVENTS)
def test_a_handler_gets_as_far_as_its_table_from_the_package_alone(
    unzipped: Path, bare_python: Path, handler: str
) -> None:
    done = call(bare_python, unzipped, handler, EVENTS[handler])
    assert done.returncode == 1
    assert f'Could not connect to the endpoint URL: "{NOBODY}/"' in done.stderr
    assert "ModuleNotFoundError" not in done.stderr


def test_the_api_says_from_the_package_alone_that_it_is_well(unzipped: Path, bare_python: Path) -> None:
    done = call(bare_python, unzipped, "app.app", HEALTH)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["status"] == "ok"
