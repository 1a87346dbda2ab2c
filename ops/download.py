"""Download the file of an export, to a path or to stdout."""

from __future__ import annotations

import hashlib
import sys
import urllib.request
from pathlib import Path
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
    if not target.parent.is_dir():
        raise click.BadParameter(f"there is no directory {target.parent}", param_hint="--out")
    if target.exists() and not force:
        raise click.BadParameter(f"{target} exists. Use --force to replace it.", param_hint="--out")


def download(status: dict[str, Any], target: Path) -> None:
    """Download the file of a finished export; Unavailable if another attempt may succeed."""
    if target == STDOUT:
        _copy(status, sys.stdout.buffer, "stdout")
        return
    # The final name means a complete file, so an interrupted download never has it.
    partial = target.with_name(target.name + ".part")
    with partial.open("wb") as file:
        _copy(status, file, str(partial))
    partial.replace(target)


def _copy(status: dict[str, Any], file: BinaryIO, place: str) -> None:
    try:
        size, sha256 = _fetch(status["url"], status["file_size_bytes"] or 0, file)
    except NETWORK_ERRORS as error:
        raise Unavailable(f"The file could not be downloaded: {error}") from error
    if size != status["file_size_bytes"] or status["sha256"] not in (None, sha256):
        raise Unavailable(
            f"The download differs from the exported file. The received bytes are in {place}."
        )


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
