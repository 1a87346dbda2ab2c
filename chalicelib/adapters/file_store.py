"""Files and segments on S3: streamed in, composed inside S3, handed out by presigned URLs."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, Final, Self
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.adapters.aws import client, error_code
from chalicelib.domain.segment import SegmentResult
from chalicelib.errors import ExportFailed, NotFound, Unavailable

MIB: Final = 1 << 20
PART_BYTES: Final = 8 * MIB
# S3 refuses smaller parts (but the last) and copies at most this much at once.
SMALLEST_PART_BYTES: Final = 5 * MIB
MAX_COPY_BYTES: Final = 4096 * MIB
READ_BYTES: Final = MIB
KEYS_PER_BATCH: Final = 1_000
# One part goes up while the next is made: more would only hold more of the file.
UPLOADS_AHEAD: Final = 1
COPIES_AHEAD: Final = 8


class S3FileStore:
    """`FileStore` on one private bucket."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def write(self, key: str, chunks: Iterable[bytes], *, content_type: str) -> int:
        parts = _parts(chunks)
        first = next(parts, b"")
        if len(first) < PART_BYTES:
            with _translated():
                client("s3").put_object(
                    Bucket=self._bucket, Key=key, Body=first, ContentType=content_type
                )
            return len(first)
        with _Upload(self._bucket, key, content_type) as upload:
            upload.send(first)
            # No name may hold a part while the next one is made: memory is one going up and one growing.
            del first
            deque(map(upload.send, parts), maxlen=0)
            return upload.complete()

    def read(self, key: str) -> Iterator[bytes]:
        with _translated():
            body = client("s3").get_object(Bucket=self._bucket, Key=key)["Body"]
            yield from body.iter_chunks(READ_BYTES)

    def concatenate(
        self, key: str, head: bytes, sources: Sequence[SegmentResult], *, content_type: str
    ) -> int:
        with _Upload(self._bucket, key, content_type) as upload:
            waiting = [head] if head else []
            for source in sources:
                held = sum(map(len, waiting))
                missing = max(0, SMALLEST_PART_BYTES - held) if held else 0
                if source.size_bytes - missing < SMALLEST_PART_BYTES:
                    self._join(upload, waiting, source)
                    continue
                if held:
                    waiting.append(self._read_start(source.file_key, missing))
                    upload.send(_joined(waiting))
                upload.copy(source, missing)
            if waiting or not sources:
                upload.send(_joined(waiting))
            size = upload.complete()
        if size != len(head) + sum(source.size_bytes for source in sources):
            raise ExportFailed("The parts of the file do not add up. Please export again.")
        return size

    def _read_start(self, key: str, size: int) -> bytes:
        """The first bytes of an object: what a part still misses to be large enough."""
        if not size:
            return b""
        with _translated():
            answer = client("s3").get_object(
                Bucket=self._bucket, Key=key, Range=f"bytes=0-{size - 1}"
            )
            start: bytes = answer["Body"].read()
            return start

    def _join(self, upload: _Upload, waiting: list[bytes], source: SegmentResult) -> None:
        """Read a source behind what waits, sending whole parts; what is left over goes on waiting."""
        crc32 = 0
        size = 0
        held = sum(map(len, waiting))
        for chunk in self.read(source.file_key):
            crc32 = zlib.crc32(chunk, crc32)
            size += len(chunk)
            held += len(chunk)
            waiting.append(chunk)
            if held >= PART_BYTES:
                upload.send(_joined(waiting))
                held = 0
        if (crc32, size) != (source.crc32, source.size_bytes):
            raise ExportFailed("A part of the file was damaged in the store. Please export again.")

    def find_keys(self, prefix: str) -> tuple[str, ...]:
        with _translated():
            pages = (
                client("s3")
                .get_paginator("list_objects_v2")
                .paginate(Bucket=self._bucket, Prefix=prefix)
            )
            return tuple(entry["Key"] for page in pages for entry in page.get("Contents", ()))

    def remove(self, keys: Iterable[str]) -> None:
        listed = list(keys)
        for start in range(0, len(listed), KEYS_PER_BATCH):
            batch = [{"Key": key} for key in listed[start : start + KEYS_PER_BATCH]]
            with _translated():
                answer = client("s3").delete_objects(
                    Bucket=self._bucket, Delete={"Objects": batch, "Quiet": True}
                )
            if answer.get("Errors"):
                raise Unavailable(f"{len(answer['Errors'])} objects could not be removed.")

    def abort_uploads(self, prefix: str) -> int:
        with _translated():
            pages = (
                client("s3")
                .get_paginator("list_multipart_uploads")
                .paginate(Bucket=self._bucket, Prefix=prefix)
            )
            uploads = [entry for page in pages for entry in page.get("Uploads", ())]
            for entry in uploads:
                client("s3").abort_multipart_upload(
                    Bucket=self._bucket, Key=entry["Key"], UploadId=entry["UploadId"]
                )
        return len(uploads)

    def make_download_url(
        self, key: str, *, file_name: str, content_type: str, seconds: int
    ) -> str:
        parameters = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentDisposition": f"attachment; filename=\"{file_name}\"; filename*=UTF-8''{quote(file_name)}",
            "ResponseContentType": content_type,
        }
        url: str = client("s3").generate_presigned_url(
            "get_object", Params=parameters, ExpiresIn=seconds
        )
        return url


class _Upload:
    """A multipart upload: parts go up in the background, nothing is visible before it is complete."""

    def __init__(self, bucket: str, key: str, content_type: str) -> None:
        self._target = {"Bucket": bucket, "Key": key}
        self._content_type = content_type
        self._threads = ThreadPoolExecutor(COPIES_AHEAD, thread_name_prefix="upload")
        self._parts: list[Any] = []
        self._size = 0

    def __enter__(self) -> Self:
        with _translated():
            answer = client("s3").create_multipart_upload(
                **self._target, ContentType=self._content_type
            )
        self._target["UploadId"] = answer["UploadId"]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)
        if kind is not None:
            try:
                client("s3").abort_multipart_upload(**self._target)
            except (ClientError, BotoCoreError):
                # The lifecycle rule of the bucket aborts it within a day.
                return

    def send(self, part: bytes) -> None:
        """Upload these bytes as the next part; waits while enough parts are under way."""
        self._size += len(part)
        self._later(UPLOADS_AHEAD, "upload_part", "ETag", Body=part)

    def copy(self, source: SegmentResult, start: int) -> None:
        """Copy an object from `start` on as the next parts, inside S3."""
        size = source.size_bytes - start
        self._size += size
        copied = {"Bucket": self._target["Bucket"], "Key": source.file_key}
        pieces = -(-size // MAX_COPY_BYTES)
        bounds = [start + size * place // pieces for place in range(pieces + 1)]
        for first, after in pairwise(bounds):
            span = f"bytes={first}-{after - 1}"
            self._later(
                COPIES_AHEAD,
                "upload_part_copy",
                "CopyPartResult",
                CopySource=copied,
                CopySourceRange=span,
            )

    def complete(self) -> int:
        """Make the object visible and return its size."""
        with _translated():
            parts = [
                {"PartNumber": number, "ETag": part.result()}
                for number, part in enumerate(self._parts, start=1)
            ]
            client("s3").complete_multipart_upload(**self._target, MultipartUpload={"Parts": parts})
        return self._size

    def _later(self, ahead: int, operation: str, answer_key: str, **parameters: Any) -> None:
        number = len(self._parts) + 1
        if number > ahead:
            with _translated():
                self._parts[number - ahead - 1].result()

        def upload() -> str:
            answer = getattr(client("s3"), operation)(
                **self._target, PartNumber=number, **parameters
            )[answer_key]
            etag: str = answer["ETag"] if isinstance(answer, dict) else answer
            return etag

        self._parts.append(self._threads.submit(upload))


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks joined to parts of about 8 MiB."""
    waiting: list[bytes] = []
    size = 0
    for chunk in chunks:
        waiting.append(chunk)
        size += len(chunk)
        if size >= PART_BYTES:
            size = 0
            yield _joined(waiting)
    if waiting:
        yield _joined(waiting)


def _joined(waiting: list[bytes]) -> bytes:
    """What waits as one part; nothing waits then."""
    part = b"".join(waiting)
    waiting.clear()
    return part


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        if error_code(error) in {"NoSuchKey", "404"}:
            raise NotFound("There is no such object.") from error
        raise Unavailable(f"The file store did not answer: {error}") from error
