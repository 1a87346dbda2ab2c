"""Where the file of an export goes, and what is left behind if it does not arrive."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import click
import pytest

from chalicelib.errors import Unavailable
from ops.download import check_target, download
from tests.fake_service import EXPORT_ID, FakeService, running_service


@pytest.fixture
def service() -> Iterator[FakeService]:
    with running_service() as service:
        yield service


def files_in(directory: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in directory.iterdir()}


def test_a_damaged_download_leaves_no_file(service: FakeService, tmp_path: Path) -> None:
    service.sha256 = "0" * 64
    with pytest.raises(Unavailable, match="exports download"):
        download(service.status(), tmp_path / "tea.csv")
    assert files_in(tmp_path) == {}


def test_another_command_s_unfinished_file_is_left_alone(
    service: FakeService, tmp_path: Path
) -> None:
    other = tmp_path / "tea.csv.1.part"
    other.write_bytes(b"half")
    download(service.status(), tmp_path / "tea.csv")
    assert files_in(tmp_path) == {"tea.csv": service.file, "tea.csv.1.part": b"half"}


def test_a_link_stays_a_link(service: FakeService, tmp_path: Path) -> None:
    link, target = tmp_path / "link.csv", tmp_path / "tea.csv"
    link.symlink_to(target)
    download(service.status(), link)
    assert (link.is_symlink(), target.read_bytes()) == (True, service.file)


def test_a_pipe_stays_a_pipe(service: FakeService, tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    download(service.status(), pipe)
    reader.join()
    assert (read, pipe.is_fifo()) == ([service.file], True)


def test_a_reader_that_has_read_enough_is_no_failed_download(
    service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb", buffering=0) as closed:
        monkeypatch.setattr("sys.stdout", type("FakeStdout", (), {"buffer": closed}))
        with pytest.raises(BrokenPipeError):
            download(service.status(), Path("-"))


def test_a_full_disk_leads_to_another_download(service: FakeService) -> None:
    with pytest.raises(Unavailable, match=f"No space left .*exports download {EXPORT_ID}"):
        download(service.status(), Path("/dev/full"))


@pytest.mark.parametrize("place", ["", "/proc/tea.csv"])
def test_a_place_that_takes_no_file_is_refused_before_the_export(place: str) -> None:
    with pytest.raises(click.BadParameter, match=r"empty|no file|no directory"):
        check_target(Path(place), force=True)
