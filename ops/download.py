"""Download the file of an export, to a path or to stdout."""

from __future__ import annotations

import hashlib
import os
import sys
import urllib.request
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Final

import click

from chalicelib.errors import Unavailable
from ops.progress import make_bar
from ops.service_client import ANSWER_SECONDS, NETWORK_ERRORS

CHUNK_BYTES: Final = 1 << 18
STDOUT: Final = Path("-")


def check_target(target: Path, *, force: bool) -> None:
    """Raise a usage error before the export starts if its file could not be saved here."""
    if target == STDOUT:
        return
    if not target.name:
        raise click.BadParameter("it is empty", param_hint="--out")
    if not target.parent.is_dir():
        raise click.BadParameter(f"there is no directory {target.parent}", param_hint="--out")
    if target.exists() and not force:
        raise click.BadParameter(f"{target} exists. Use --force to replace it.", param_hint="--out")
    if not _is_special(target):
        _check_writable(target.resolve().parent)


def _check_writable(directory: Path) -> None:
    try:
        TemporaryFile(dir=directory).close()
    except OSError as error:
        raise click.BadParameter(
            f"no file can be written to {directory}: {error.strerror}", param_hint="--out"
        ) from error


def download(status: dict[str, Any], target: Path) -> None:
    """Download the file of a finished export; Unavailable if another attempt may succeed."""
    try:
        _save(status, target)
    except BrokenPipeError:
        # The reader of a pipe has read enough.
        raise
    except OSError as error:
        # A full disk is refused once more when the file is closed.
        raise Unavailable(
            f"The file could not be written: {error.strerror}. {_again(status)}"
        ) from error


def _again(status: dict[str, Any]) -> str:
    return (
        "Try again, the export has its file: "
        f"python -m ops exports download {status['id']} --out FILE"
    )


def _save(status: dict[str, Any], target: Path) -> None:
    if target == STDOUT:
        _copy(status, sys.stdout.buffer)
    elif _is_special(target):
        with target.open("wb") as file:
            _copy(status, file)
    else:
        _replace(status, target.resolve())


def _is_special(target: Path) -> bool:
    """Return whether a path is a device or a pipe, which is written to and not replaced."""
    return target.exists() and not target.is_file()


def _replace(status: dict[str, Any], target: Path) -> None:
    # The final name means a complete file. Two commands at once must not share the other name.
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            _copy(status, file)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _copy(status: dict[str, Any], file: BinaryIO) -> None:
    try:
        size, sha256 = _fetch(status["url"], status["file_size_bytes"] or 0, file)
    except BrokenPipeError:
        raise
    except NETWORK_ERRORS as error:
        raise Unavailable(f"The file could not be downloaded: {error}. {_again(status)}") from error
    if size != status["file_size_bytes"] or status["sha256"] not in (None, sha256):
        raise Unavailable(f"The download differs from the exported file. {_again(status)}")


def _fetch(url: str, size: int, file: BinaryIO) -> tuple[int, str]:
    """Write the file and return its size and SHA-256."""
    # The link alone permits the download; sending the token would show it to the storage's host.
    digest, fetched = hashlib.sha256(), 0
    with (
        urllib.request.urlopen(url, timeout=ANSWER_SECONDS) as response,
        make_bar("Download", size) as bar,
    ):
        while chunk := response.read(CHUNK_BYTES):
            file.write(chunk)
            digest.update(chunk)
            fetched += len(chunk)
            bar.update(len(chunk))
    file.flush()
    return fetched, digest.hexdigest()
