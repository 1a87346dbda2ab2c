"""One multipart upload to S3: parts are sent and copied in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Final, Self

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws.chunked_body import ChunkedBody
from chalicelib.adapters.aws.clients import client, error_code
from chalicelib.domain.segment import SegmentResult
from chalicelib.errors import FilesUnavailable, NotFound

MIB: Final = 1 << 20
PART_BYTES: Final = 8 * MIB
# S3 refuses smaller parts, except for the last one.
MIN_PART_BYTES: Final = 5 * MIB
# S3 copies 5 GiB at once; pieces of less are retried sooner.
MAX_COPY_BYTES: Final = 4096 * MIB
# One part is sent while the next one is made. More would only hold more of the file in memory.
UPLOADS_AHEAD: Final = 1
# Copies hold no memory of ours.
COPIES_AHEAD: Final = 8


class MultipartUpload:
    """An upload in the making. The object becomes visible when `complete` returns, or never."""

    def __init__(self, bucket: str, key: str, content_type: str) -> None:
        self._target = {"Bucket": bucket, "Key": key}
        self._content_type = content_type
        self._threads = ThreadPoolExecutor(COPIES_AHEAD)
        self._parts: list[Future[str]] = []
        self._size = 0

    def __enter__(self) -> Self:
        with translated_errors():
            answer = client("s3").create_multipart_upload(
                **self._target, ContentType=self._content_type
            )
        self._target["UploadId"] = answer["UploadId"]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        # A part that arrives after the abort would stay in the bucket, invisible and charged.
        self._threads.shutdown(wait=True, cancel_futures=True)
        if kind is not None:
            try:
                client("s3").abort_multipart_upload(**self._target)
            except (ClientError, BotoCoreError):
                # The lifecycle rule of the bucket aborts the upload within a day.
                return

    def send(self, part: ChunkedBody) -> None:
        """Upload these bytes as the next part. Wait while enough parts are under way."""
        self._size += len(part)
        number = self._next_number(UPLOADS_AHEAD)

        def upload() -> str:
            answer = client("s3").upload_part(**self._target, PartNumber=number, Body=part)
            etag: str = answer["ETag"]
            return etag

        self._start(upload)

    def copy(self, source: SegmentResult, start: int) -> None:
        """Copy an object from byte `start` on as the next parts, inside S3."""
        size = source.size_bytes - start
        self._size += size
        # Pieces of equal size: a short last one could be below the least size of a part.
        pieces = -(-size // MAX_COPY_BYTES)
        bounds = [start + size * place // pieces for place in range(pieces + 1)]
        for first, after in pairwise(bounds):
            self._copy_piece(source.file_key, f"bytes={first}-{after - 1}")

    def complete(self) -> int:
        """Make the object visible and return its size in bytes."""
        with translated_errors():
            parts = [
                {"PartNumber": number, "ETag": part.result()}
                for number, part in enumerate(self._parts, start=1)
            ]
            client("s3").complete_multipart_upload(**self._target, MultipartUpload={"Parts": parts})
        return self._size

    def _copy_piece(self, key: str, span: str) -> None:
        number = self._next_number(COPIES_AHEAD)
        source = {"Bucket": self._target["Bucket"], "Key": key}

        def copy() -> str:
            answer = client("s3").upload_part_copy(
                **self._target, PartNumber=number, CopySource=source, CopySourceRange=span
            )
            etag: str = answer["CopyPartResult"]["ETag"]
            return etag

        self._start(copy)

    def _next_number(self, ahead: int) -> int:
        """Return the number of the next part, once at most `ahead` earlier ones are under way."""
        number = len(self._parts) + 1
        if number > ahead:
            with translated_errors():
                self._parts[number - ahead - 1].result()
        return number

    def _start(self, work: Callable[[], str]) -> None:
        self._parts.append(self._threads.submit(work))


def parts_of(chunks: Iterable[bytes]) -> Iterator[ChunkedBody]:
    """Yield the chunks in parts of about 8 MiB."""
    waiting: list[bytes] = []
    size = 0
    for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= PART_BYTES:
            size = 0
            yield take_joined(waiting)
    if waiting:
        yield take_joined(waiting)


def take_joined(waiting: list[bytes]) -> ChunkedBody:
    """Return all waiting chunks as one part and empty the list: memory holds them once."""
    part = ChunkedBody(waiting)
    waiting.clear()
    return part


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise NotFound and Unavailable in place of what botocore raises."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        if error_code(error) in {"NoSuchKey", "404"}:
            raise NotFound("There is no such object.") from error
        raise FilesUnavailable(f"The file store did not answer: {error}") from error
