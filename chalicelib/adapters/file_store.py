"""Files and segments on S3: streamed in, composed inside S3, handed out by presigned URLs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import quote

from chalicelib.adapters.aws.chunked_body import ChunkedBody
from chalicelib.adapters.aws.clients import client
from chalicelib.adapters.multipart_upload import (
    MIB,
    MIN_PART_BYTES,
    PART_BYTES,
    MultipartUpload,
    parts_of,
    take_joined,
    translated_errors,
)
from chalicelib.domain.segment import SegmentResult
from chalicelib.errors import ExportFailed, FilesUnavailable
from chalicelib.formats.checksum import CheckedBytes, Checksum

READ_BYTES: Final = MIB
# The most that S3 removes by one request.
KEYS_PER_BATCH: Final = 1_000
DAMAGED: Final = "A part of the file was damaged in the store. Please export again."
INCOMPLETE: Final = "The parts of the file do not add up. Please export again."


class S3FileStore:
    """`FileStore` on one private bucket."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    def write(self, key: str, chunks: Iterable[bytes], *, content_type: str) -> int:
        """Store the chunks as one object and return its size, with at most two parts in memory."""
        parts = parts_of(chunks)
        first = next(parts, ChunkedBody(()))
        if len(first) < PART_BYTES:
            with translated_errors():
                client("s3").put_object(
                    Bucket=self._bucket, Key=key, Body=first, ContentType=content_type
                )
            return len(first)
        with MultipartUpload(self._bucket, key, content_type) as upload:
            upload.send(first)
            # Drop the reference, so that at most two parts are in memory.
            del first
            deque(map(upload.send, parts), maxlen=0)
            return upload.complete()

    def read(self, key: str) -> Iterator[bytes]:
        """Yield the object in chunks; NotFound if it does not exist."""
        with translated_errors():
            body = client("s3").get_object(Bucket=self._bucket, Key=key)["Body"]
            yield from body.iter_chunks(READ_BYTES)

    def read_end(self, key: str, size: int) -> bytes:
        """Return the last bytes by one request."""
        return self._read_span(key, f"bytes=-{size}")

    def concatenate(
        self,
        key: str,
        head: bytes,
        sources: Sequence[SegmentResult],
        *,
        tail: bytes = b"",
        content_type: str,
    ) -> int:
        """Compose one object and return its size: large sources are copied inside S3."""
        with MultipartUpload(self._bucket, key, content_type) as upload:
            waiting = [head] if head else []
            for source in sources:
                self._append(upload, waiting, source)
            if waiting or tail or not sources:
                upload.send(take_joined([*waiting, tail]))
            size = upload.complete()
        # S3 composes whatever it is given; only the sum shows that no segment was cut or repeated.
        if size != len(head) + sum(source.size_bytes for source in sources) + len(tail):
            raise ExportFailed(INCOMPLETE)
        return size

    def _append(self, upload: MultipartUpload, waiting: list[bytes], source: SegmentResult) -> None:
        """Copy a source inside S3 if it is large enough; otherwise read it and let it wait."""
        held = sum(map(len, waiting))
        # S3 refuses a part below 5 MiB, so the waiting bytes take the start of the next source.
        missing = max(0, MIN_PART_BYTES - held) if held else 0
        if source.size_bytes - missing < MIN_PART_BYTES:
            self._join(upload, waiting, source)
            return
        if held:
            waiting.append(self._read_start(source.file_key, missing))
            upload.send(take_joined(waiting))
        upload.copy(source, missing)

    def _read_start(self, key: str, size: int) -> bytes:
        """Return the first `size` bytes of an object, to fill up a part that is too small."""
        return self._read_span(key, f"bytes=0-{size - 1}") if size else b""

    def _read_span(self, key: str, span: str) -> bytes:
        with translated_errors():
            answer = client("s3").get_object(Bucket=self._bucket, Key=key, Range=span)
            content: bytes = answer["Body"].read()
            return content

    def _join(self, upload: MultipartUpload, waiting: list[bytes], source: SegmentResult) -> None:
        """Read a source behind the waiting chunks and send whole parts; the rest waits on."""
        content = CheckedBytes(self.read(source.file_key))
        held = sum(map(len, waiting))
        for chunk in content:
            held += len(chunk)
            waiting.append(chunk)
            if held >= PART_BYTES:
                upload.send(take_joined(waiting))
                held = 0
        if content.checksum != Checksum(source.size_bytes, source.crc32):
            raise ExportFailed(DAMAGED)

    def find_keys(self, prefix: str) -> tuple[str, ...]:
        """Return the keys below a prefix."""
        with translated_errors():
            pages = (
                client("s3")
                .get_paginator("list_objects_v2")
                .paginate(Bucket=self._bucket, Prefix=prefix)
            )
            return tuple(entry["Key"] for page in pages for entry in page.get("Contents", ()))

    def remove(self, keys: Iterable[str]) -> None:
        """Remove objects, a thousand with each request."""
        listed = list(keys)
        for start in range(0, len(listed), KEYS_PER_BATCH):
            batch = [{"Key": key} for key in listed[start : start + KEYS_PER_BATCH]]
            with translated_errors():
                answer = client("s3").delete_objects(
                    Bucket=self._bucket, Delete={"Objects": batch, "Quiet": True}
                )
            if answer.get("Errors"):
                raise FilesUnavailable(f"Objects that were not removed: {len(answer['Errors'])}.")

    def abort_uploads(self, prefix: str) -> int:
        """Abort unfinished uploads below a prefix, and return how many there were."""
        with translated_errors():
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
        """Return a presigned URL. Signing needs no request to S3."""
        parameters = {
            "Bucket": self._bucket,
            "Key": key,
            "ResponseContentDisposition": (
                # Browsers prefer the second name. The first is for clients that read ASCII only.
                f"attachment; filename=\"{_ascii(file_name)}\"; filename*=UTF-8''{quote(file_name)}"
            ),
            "ResponseContentType": content_type,
        }
        url: str = client("s3").generate_presigned_url(
            "get_object", Params=parameters, ExpiresIn=seconds
        )
        return url


def _ascii(name: str) -> str:
    """Return a name with `_` for each character that a header cannot have."""
    return name.encode("ascii", "replace").decode().replace("?", "_")
