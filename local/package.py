"""The packaged artefact: `chalice package`, with the resources merged in."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
REGION: Final = "us-east-1"


class PackagingFailed(Exception):
    """The app could not be packaged; the text is what the packager said."""


def package(target: Path, stage: str = "dev") -> Path:
    """Package the app into `target` (sam.json, deployment.zip) and return it; as it is when nothing has changed."""
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
        raise PackagingFailed(f"The app could not be packaged: {done.stderr.strip() or done.stdout.strip()}")
    mark.write_text(digest)
    return target


def sources_digest(stage: str) -> str:
    """Changes with everything that goes into the package."""
    digest = hashlib.sha256(f"{stage} {sys.version_info[:2]}".encode())
    paths = [
        ROOT / "app.py",
        ROOT / "requirements.txt",
        ROOT / ".chalice/config.json",
        ROOT / ".chalice/resources.json",
    ]
    paths += [path for path in (ROOT / "chalicelib").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def main() -> None:
    """`python -m local.package DIR`."""
    target = package(Path(sys.argv[1] if len(sys.argv) > 1 else "build/package"))
    print(f"{target / 'deployment.zip'}: {(target / 'deployment.zip').stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
