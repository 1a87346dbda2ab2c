from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest

from chalicelib.formats import zip_stream
from chalicelib.formats.checksum import Checksum
from chalicelib.formats.deflate import deflated
from chalicelib.formats.zip_stream import ZipStream

FILES = {"a.xml": b"<a/>", "folder/b.xml": b"text " * 50_000, "empty": b""}


def make_archive(*, large: bool = False) -> bytes:
    archive = ZipStream()

    def chunks() -> Iterator[bytes]:
        for name, content in FILES.items():
            blocks = deflated([content[:9], content[9:]])
            yield from archive.add(name, blocks, lambda c=content: Checksum.of(c), large=large)  # type: ignore[misc]
        yield from archive.end()

    return b"".join(chunks())


def read_archive(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("large", [False, True])
def test_files_come_back_with_their_names(large: bool) -> None:
    assert read_archive(make_archive(large=large)) == FILES


def test_an_archive_beyond_four_gigabytes_has_a_directory_of_zip64(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zip_stream, "MAX_SIZE_WITHOUT_ZIP64", 100)
    assert read_archive(make_archive()) == FILES


def test_the_same_content_gives_the_same_bytes() -> None:
    assert make_archive() == make_archive()
