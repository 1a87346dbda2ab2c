"""The packaged artefact: `chalice package`, with the resources merged in."""

from __future__ import annotations

import fcntl
import hashlib
import marshal
import os
import subprocess
import sys
import zipfile
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
REGION: Final = "us-east-1"
# Of two who package at the same time one waits: Chalice works in a directory that they share.
LOCK: Final = ROOT / ".local/package.lock"
# The AWS services that functions call.
SERVICES: Final = frozenset({"dynamodb", "events", "s3", "ses", "sqs"})
UNUSED: Final = ("dateutil/zoneinfo/", "pip/", "setuptools/", "wheel/")
# Of pycryptodome what verifies RS256 (chalicelib/api/rs256.py).
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


class PackagingFailed(Exception):
    """The app could not be packaged; the text is what the packager said."""


def package(target: Path, stage: str = "dev") -> Path:
    """Package the app into `target` (sam.json, deployment.zip) and return it; as it is when nothing has changed."""
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
        env={**os.environ, "AWS_DEFAULT_REGION": REGION},
        capture_output=True,
        text=True,
        check=False,
    )
    # It exits with 0 when a dependency could not be installed; only its words tell.
    if done.returncode or "could not install" in done.stderr.lower():
        raise PackagingFailed(
            f"The app could not be packaged: {done.stderr.strip() or done.stdout.strip()}"
        )
    slim(target / "deployment.zip")
    mark.write_text(digest)
    return target


def slim(path: Path) -> None:
    """Leave out what no function reads and add compiled modules: less to load, and nothing to compile on a cold start.

    The compiled files are not checked against their sources: an archive's time stamps say nothing. Entries are in order
    and without a date, so the same sources make the same archive.
    """
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in sorted(archive.namelist()) if is_needed(name)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in kept.items():
            if not name.endswith(".py"):
                _add(archive, name, content)
            elif name.startswith(OUR_SOURCES):
                _add(archive, name, content)
                _add(archive, cache_from_source(name), _compiled(name, content))
            else:
                # Compiled in the place of its source: a traceback names file and line all the same.
                _add(archive, f"{name}c", _compiled(name, content))


def is_needed(name: str) -> bool:
    """Whether a function may read this file: of botocore's descriptions only those of the services in use."""
    if name.startswith("botocore/data/"):
        service, _, rest = name.removeprefix("botocore/data/").partition("/")
        return not rest or service in SERVICES
    if name.startswith("Crypto/") and not name.startswith(CRYPTO):
        return False
    return not name.startswith(UNUSED) and not name.endswith((".pyc", ".pyi", ".c", ".h", "/"))


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content, zipfile.ZIP_DEFLATED)


def _compiled(name: str, source: bytes) -> bytes:
    """The module as `py_compile` would write it, never checked against its source."""
    code = compile(source, name, "exec", dont_inherit=True)
    unchecked = (1).to_bytes(4, "little")
    return MAGIC_NUMBER + unchecked + source_hash(source) + marshal.dumps(code)


def sources_digest(stage: str) -> str:
    """Changes with everything that goes into the package."""
    digest = hashlib.sha256(f"{stage} {sys.version_info[:2]}".encode())
    paths = [
        ROOT / "app.py",
        ROOT / "requirements.txt",
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
    """`python -m deploy.package DIR`."""
    target = package(Path(sys.argv[1] if len(sys.argv) > 1 else "build/package"))
    print(f"{target / 'deployment.zip'}: {(target / 'deployment.zip').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
