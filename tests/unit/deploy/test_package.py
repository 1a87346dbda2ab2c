from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.regions import EndpointResolver
from botocore.session import Session

from deploy.package import PIP, ROOT, SERVICES, is_needed, slim

MODULE = "chalicelib/greeting.py"


def make_archive(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(MODULE, "WORD = 'hello'\n")
        archive.writestr("parting.py", "WORD = 'goodbye'\n")
        archive.writestr("botocore/data/ec2/2016/service-2.json", "{}")
        archive.writestr("botocore/data/s3/2006/service-2.json", "{}")
    slim(path)
    return path


def say(directory: Path, module: str) -> str:
    script = f"import {module} as said; print(said.WORD)"
    return subprocess.check_output([sys.executable, "-c", script], text=True, cwd=directory).strip()


@pytest.mark.parametrize(
    "name",
    [
        "botocore/data/endpoints.json",
        "botocore/data/s3/x.json.gz",
        "botocore/session.py",
        "tzdata/zoneinfo/Europe/Berlin",
    ],
)
def test_what_functions_read_stays(name: str) -> None:
    assert is_needed(name)


@pytest.mark.parametrize(
    "name",
    [
        "botocore/data/ec2/x.json.gz",
        "jwt/api.pyi",
        "jwt-1.dist-info/RECORD",
        "Crypto/Cipher/AES.py",
        "a/__pycache__/b.pyc",
        "tzdata/zoneinfo/tzdata.zi",
        "tzdata/zoneinfo/zone1970.tab",
    ],
)
def test_what_no_function_reads_goes(name: str) -> None:
    assert not is_needed(name)


def test_descriptions_of_services_come_without_texts_for_people(tmp_path: Path) -> None:
    text, member = {"documentation": "<p>Long.</p>"}, {"documentation": {"shape": "Text"}}
    name, content = "botocore/data/s3/2006/service-2.json.gz", {**text, "members": member}
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name, gzip.compress(json.dumps(content).encode()))
    slim(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert json.loads(gzip.decompress(archive.read(name))) == {
            "documentation": "",
            "members": member,
        }


def endpoints(content: Any) -> dict[tuple[str, str], Any]:
    session, resolver = Session(), EndpointResolver(content)
    prefixes = [session.get_service_model(service).endpoint_prefix for service in SERVICES]
    regions = [
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("ec2", partition)
    ]
    return {
        (prefix, region): resolver.construct_endpoint(prefix, region)
        for prefix in prefixes
        for region in regions
    }


def test_functions_find_the_same_endpoints_in_every_region(tmp_path: Path) -> None:
    name, everything = "botocore/data/endpoints.json", Loader().load_data("endpoints")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name, json.dumps(everything))
    slim(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        kept = json.loads(archive.read(name))
    assert len(json.dumps(kept)) < len(json.dumps(everything)) / 10
    assert endpoints(kept) == endpoints(everything)


def test_modules_run_from_their_compiled_form_whatever_the_time_stamps_say(tmp_path: Path) -> None:
    with zipfile.ZipFile(make_archive(tmp_path / "a.zip")) as archive:
        archive.extractall(tmp_path)
    (tmp_path / MODULE).write_text("WORD = 'changed'\n")
    assert say(tmp_path, "chalicelib.greeting") == "hello"


def test_modules_of_others_come_compiled_alone(tmp_path: Path) -> None:
    with zipfile.ZipFile(make_archive(tmp_path / "a.zip")) as archive:
        assert {name for name in archive.namelist() if "parting" in name} == {"parting.pyc"}
        archive.extractall(tmp_path)
    assert say(tmp_path, "parting") == "goodbye"


DOCUMENTED = '''"""Said to readers."""

from __future__ import annotations

from dataclasses import dataclass


class Greeting:
    """Has nothing else."""


@dataclass
class Farewell:
    """Has a docstring, or `dataclass` would make one whenever a function starts."""


def line() -> int:
    """Return a line."""
    import sys

    return sys._getframe().f_lineno


WORD = (__doc__, Greeting.__doc__, Farewell.__doc__[:3], line.__doc__, line())
'''


def test_only_data_classes_keep_docstrings_and_tracebacks_name_the_same_lines(
    tmp_path: Path,
) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("spoken.py", DOCUMENTED)
    slim(tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path)
    assert say(tmp_path, "spoken") == "(None, None, 'Has', None, 21)"


def test_the_same_sources_make_the_same_archive(tmp_path: Path) -> None:
    one, other = (make_archive(tmp_path / name) for name in ("a.zip", "b.zip"))
    assert one.read_bytes() == other.read_bytes()


WRITERS = " ".join(
    f"chalicelib.formats.{name}"
    for name in ("csv_format", "jsonl_format", "parquet_format", "xlsx_format", "xlsx_workbook")
)


@pytest.mark.parametrize(
    ("run", "absent"),
    [
        ("import app", "graphql jwt pynamodb botocore.session msgspec tzdata"),
        ("import app; app.bootstrap.worker()", "graphql jwt Crypto boto3 tzdata"),
        (
            "import app; app.bootstrap.api()",
            f"{WRITERS} chalicelib.rendering.exporter boto3 tzdata",
        ),
    ],
)
def test_a_function_loads_only_what_it_needs(run: str, absent: str) -> None:
    script = f"{run}; import sys; print(*(set({absent.split()}) & set(sys.modules)))"
    environment = {"AWS_DEFAULT_REGION": "us-east-1", "PATH": ""}
    loaded = subprocess.check_output(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, text=True
    )
    assert loaded.split() == []


def test_chalice_cannot_download_a_package_without_its_hash(tmp_path: Path) -> None:
    wheel = make_archive(tmp_path / "greeting-1.0-py3-none-any.whl")
    target = str(tmp_path / "got")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", target]
    ran = subprocess.run(
        [*command, str(wheel)],
        env={**os.environ, **PIP},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode != 0
    assert "hash" in ran.stderr.lower()
