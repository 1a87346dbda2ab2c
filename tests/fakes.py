"""Fakes of the ports: the same promises, kept in memory."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from chalicelib.domain.issuer import Issuer
from chalicelib.domain.message import ExportMessage
from chalicelib.domain.requestor import Requestor
from chalicelib.domain.segment import SegmentResult
from chalicelib.errors import (
    ExportFailed,
    MailRefused,
    NotFound,
)

START = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


class FakeClock:
    """A clock that stands until it is told to go on."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)


class FakeFileStore:
    """Objects by key.

    `uploads` are the keys of multipart uploads that were neither completed nor aborted.
    """

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.base_url = "https://files.example"
        self.uploads: list[str] = []

    def write(self, key: str, chunks: Iterable[bytes], *, content_type: str) -> int:
        self.uploads.append(key)
        try:
            content = b"".join(chunks)
        except Exception:
            self.uploads.remove(key)
            raise
        self.uploads.remove(key)
        self.objects[key] = content
        return len(content)

    def read(self, key: str) -> Iterator[bytes]:
        if key not in self.objects:
            raise NotFound("There is no such object.")
        content = self.objects[key]
        for start in range(0, len(content), 1000):
            yield content[start : start + 1000]

    def read_end(self, key: str, size: int) -> bytes:
        return b"".join(self.read(key))[-size:]

    def concatenate(
        self,
        key: str,
        head: bytes,
        sources: Sequence[SegmentResult],
        *,
        tail: bytes = b"",
        content_type: str,
    ) -> int:
        def parts() -> Iterator[bytes]:
            yield head
            for source in sources:
                part = b"".join(self.read(source.file_key))
                if len(part) != source.size_bytes or zlib.crc32(part) != source.crc32:
                    raise ExportFailed(
                        "A part of the file was damaged in the store. Please export again."
                    )
                yield part
            yield tail

        return self.write(key, parts(), content_type=content_type)

    def find_keys(self, prefix: str) -> tuple[str, ...]:
        return tuple(sorted(key for key in self.objects if key.startswith(prefix)))

    def remove(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.objects.pop(key, None)

    def abort_uploads(self, prefix: str) -> int:
        dead = [key for key in self.uploads if key.startswith(prefix)]
        self.uploads = [key for key in self.uploads if key not in dead]
        return len(dead)

    def make_download_url(
        self, key: str, *, file_name: str, content_type: str, seconds: int
    ) -> str:
        query = {"name": file_name, "seconds": seconds, "type": content_type}
        return f"{self.base_url}/{key}?{urlencode(query, safe='/', quote_via=quote)}"


class FakeQueue:
    """The messages that wait, as the JSON they travel as.

    `failure` is raised instead, if there is one.
    """

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.failure: Exception | None = None
        self.refused: set[str] = set()

    def send(self, messages: Sequence[ExportMessage], *, delay_seconds: int = 0) -> None:
        if self.failure:
            raise self.failure
        if any(message.export_id in self.refused for message in messages):
            raise RuntimeError("Messages of this export are refused.")
        self.bodies += [json.dumps(message.to_json()) for message in messages]

    def take(self) -> ExportMessage | None:
        """The oldest message, or None."""
        return ExportMessage.from_json(json.loads(self.bodies.pop(0))) if self.bodies else None


@dataclass(frozen=True)
class SentMail:
    """A mail that was accepted."""

    to: str
    subject: str
    text: str
    html: str
    delivery_id: str


class FakeMailer:
    """Accepts mails, except to addresses that are refused. `failure` is raised, if there is one."""

    def __init__(self) -> None:
        self.sent: list[SentMail] = []
        self.refused: set[str] = set()
        self.failure: Exception | None = None

    def send(self, *, to: str, subject: str, text: str, html: str, delivery_id: str) -> None:
        if self.failure:
            raise self.failure
        if to in self.refused:
            raise MailRefused(f"The address {to} is refused.")
        self.sent.append(SentMail(to, subject, text, html, delivery_id))


class FakeEventBus:
    """The events published. `failure` is raised instead, if there is one."""

    def __init__(self) -> None:
        self.published: list[tuple[str, Mapping[str, Any]]] = []
        self.failure: Exception | None = None

    def publish(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        if self.failure:
            raise self.failure
        json.dumps(detail)
        self.published.append((detail_type, detail))


class FakeAppStore:
    """Apps by their tokens."""

    def __init__(self) -> None:
        self.requestors: dict[str, Requestor] = {}
        self.asked: list[str] = []

    def find_requestor(self, token: str) -> Requestor | None:
        self.asked.append(token)
        return self.requestors.get(token)


class FakeIssuerStore:
    """Issuers in a dictionary."""

    def __init__(self, *issuers: Issuer) -> None:
        self.issuers = {issuer.issuer: issuer for issuer in issuers}
        self.reads = 0

    def find(self, issuer: str) -> Issuer | None:
        self.reads += 1
        return self.issuers.get(issuer)

    def find_all(self, shop: str) -> tuple[Issuer, ...]:
        self.reads += 1
        return tuple(it for it in self.issuers.values() if it.reach == shop)
