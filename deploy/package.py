"""Make the package: `chalice package` with our resources merged in, then made small (ADR 11)."""

from __future__ import annotations

import ast
import fcntl
import gzip
import hashlib
import json
import marshal
import os
import subprocess
import sys
import zipfile
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
REGION: Final = "us-east-1"
# Two processes that package at once must take turns: Chalice works in a directory they share.
LOCK: Final = ROOT / ".local/package.lock"
# Chalice runs `pip download`, and downloads a second time without hashes whatever does not fit
# Lambda. These options make the first download fit, and the second one impossible.
PIP: Final = {
    "PIP_REQUIRE_HASHES": "1",
    "PIP_ONLY_BINARY": ":all:",
    "PIP_PLATFORM": " ".join(f"manylinux_2_{minor}_x86_64" for minor in range(26, 4, -1))
    + " manylinux2014_x86_64 manylinux2010_x86_64 manylinux1_x86_64",
}
# The AWS services that functions call. botocore loads the description of any other at run time.
SERVICES: Final = frozenset({"dynamodb", "events", "kms", "s3", "ses", "sqs"})
# The names of these services in botocore's list of endpoints.
ENDPOINTS: Final = SERVICES - {"ses"} | {"email"}
UNUSED: Final = ("dateutil/zoneinfo/", "isal/isa-l/", "pip/", "setuptools/", "wheel/")
# zoneinfo reads a file for each time zone, not the sources and tables beside them.
UNUSED_ENDINGS: Final = (".pyc", ".pyi", ".c", ".h", ".zi", ".tab", "/", ".dist-info/RECORD")
# The modules of pycryptodome that verify RS256 (ADR 15).
CRYPTO: Final = (
    "Crypto/__init__.py",
    "Crypto/Hash/SHA256.py",
    "Crypto/Hash/_SHA256.",
    "Crypto/Hash/__init__.py",
    "Crypto/Math/",
    "Crypto/PublicKey/RSA.py",
    "Crypto/PublicKey/__init__.py",
    "Crypto/Random/",
    "Crypto/Signature/__init__.py",
    "Crypto/Signature/pkcs1_15.py",
    "Crypto/Util/",
)
OUR_SOURCES: Final = ("app.py", "chalicelib/")
_DOCUMENTED: Final = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class PackagingFailed(Exception):
    """The app could not be packaged. The message is Chalice's output."""


def package(target: Path, stage: str = "dev") -> Path:
    """Package the app into `target` (sam.json, deployment.zip) unless it is up to date."""
    LOCK.parent.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _package(target, stage)


def _package(target: Path, stage: str) -> Path:
    mark = target / "sources.sha256"
    digest = sources_digest(stage)
    if mark.exists() and mark.read_text() == digest:
        return target
    command = [str(Path(sys.executable).parent / "chalice"), "package", "--stage", stage]
    command += ["--merge-template", ".chalice/resources.json", str(target)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **PIP, "AWS_DEFAULT_REGION": REGION},
        capture_output=True,
        text=True,
        check=False,
    )
    # Chalice exits with 0 even if a dependency could not be installed. Only its output shows it.
    if done.returncode or "could not install" in done.stderr.lower():
        raise PackagingFailed(
            f"The app could not be packaged: {done.stderr.strip() or done.stdout.strip()}"
        )
    slim(target / "deployment.zip")
    mark.write_text(digest)
    return target


def slim(path: Path) -> None:
    """Rewrite a zip without the files that no function reads, and with compiled modules.

    Entries are sorted and carry no date, so the same sources make the same archive.
    """
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in sorted(archive.namelist()) if is_needed(name)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in kept.items():
            if name.endswith("/service-2.json.gz"):
                _add(archive, name, _without_documentation(content))
            elif name == "botocore/data/endpoints.json":
                _add(archive, name, _endpoints_of_services(content))
            elif not name.endswith(".py"):
                _add(archive, name, content)
            elif name.startswith(OUR_SOURCES):
                _add(archive, name, content)
                _add(archive, cache_from_source(name), _compiled(name, content))
            else:
                # Other packages keep only the compiled form: a traceback still names file and line.
                _add(archive, f"{name}c", _compiled(name, content))


def is_needed(name: str) -> bool:
    """Return whether a function may read a file of the zip."""
    if name.startswith("botocore/data/"):
        service, _, rest = name.removeprefix("botocore/data/").partition("/")
        return not rest or service in SERVICES
    if name.startswith("Crypto/") and not name.startswith(CRYPTO):
        return False
    return not name.startswith(UNUSED) and not name.endswith(UNUSED_ENDINGS)


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


def _without_documentation(packed: bytes) -> bytes:
    """Return botocore's description of a service without texts for people.

    They are two thirds of it, and every client reads it whole when a function starts.
    """
    description = json.loads(gzip.decompress(packed), object_hook=_without_texts)
    return gzip.compress(json.dumps(description, separators=(",", ":")).encode(), mtime=0)


def _without_texts(part: dict[str, Any]) -> dict[str, Any]:
    # botocore reads the text of some operations. A member of a shape can have this name, too: its
    # value is a dict.
    has_text = isinstance(part.get("documentation"), str)
    return part | {"documentation": ""} if has_text else part


def _endpoints_of_services(content: bytes) -> bytes:
    """Return botocore's list of endpoints without those of services that functions do not call.

    It has 1.3 MB, and every function reads it whole when it starts.
    """
    endpoints = json.loads(content)
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {name: services[name] for name in services if name in ENDPOINTS}
    return json.dumps(endpoints, separators=(",", ":")).encode()


def _compiled(name: str, source: bytes) -> bytes:
    """Return a compiled module that Python never compares with its source (PEP 552)."""
    code = compile(_without_docstrings(source), name, "exec", dont_inherit=True)
    unchecked = (1).to_bytes(4, "little")
    return MAGIC_NUMBER + unchecked + source_hash(source) + marshal.dumps(code)


def _without_docstrings(source: bytes) -> ast.Module:
    """Return a parsed module without docstrings, which are a sixth of compiled modules."""
    module = ast.parse(source)
    for node in ast.walk(module):
        # `dataclass` makes a docstring for a class without one, by inspection, which takes 0.1 ms.
        keeps = isinstance(node, ast.ClassDef) and node.decorator_list
        if isinstance(node, _DOCUMENTED) and not keeps and ast.get_docstring(node, clean=False):
            node.body = node.body[1:] or [ast.copy_location(ast.Pass(), node.body[0])]
    return module


def sources_digest(stage: str) -> str:
    """Return a hash of everything that goes into the package."""
    digest = hashlib.sha256(f"{stage} {sys.version_info[:2]}".encode())
    paths = [
        ROOT / "app.py",
        ROOT / "requirements.txt",
        ROOT / "requirements/run.txt",
        Path(__file__),
        ROOT / ".chalice/config.json",
        ROOT / ".chalice/resources.json",
    ]
    paths += [
        path
        for path in (ROOT / "chalicelib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def main() -> None:
    """Package into the directory of the first argument."""
    target = package(Path(sys.argv[1] if len(sys.argv) > 1 else "build/package"))
    print(f"{target / 'deployment.zip'}: {(target / 'deployment.zip').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
