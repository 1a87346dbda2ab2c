"""What the services need from the world. Adapters (and the tests' fakes) implement these.

Every method may raise `Unavailable` when the world does not answer; other errors are named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.export_event import Download, ExportEvent
from chalicelib.domain.export_file import DueFor, ExportFile, Transition
from chalicelib.domain.export_list import ListPage, ListRequest
from chalicelib.domain.idempotency import IdempotencyKey, Replay
from chalicelib.domain.message import ExportMessage
from chalicelib.domain.requestor import Requestor
from chalicelib.domain.segment import Bucket, SegmentResult


class ExportFileStore(Protocol):
    """Jobs and their events. Reads are consistent: what was written is seen."""

    def create(self, transition: Transition, key: IdempotencyKey | None = None) -> None:
        """Store a new job and its event together, and the key in the same transaction.

        Conflict when the key was used before and still counts.
        """

    def find_replay(self, key: IdempotencyKey, now: datetime) -> Replay | None:
        """What the key was used for, None when it was not, or no longer counts."""

    def get(self, shop: str, export_id: str) -> ExportFile:
        """The job; NotFound when this shop has none of that id."""

    def find(self, shop: str, export_id: str) -> ExportFile | None:
        """The job, or None."""

    def save(self, transition: Transition) -> None:
        """Store a transition and its event in one transaction.

        Conflict when status, lease owner, `notified_at` or `due_for` of the stored job differ from `transition.before`.
        """

    def update(self, before: ExportFile, after: ExportFile) -> None:
        """Store lease, attempts, plan and due time, without an event; Conflict as in `save`."""

    def record_segment(
        self, job: ExportFile, result: SegmentResult, *, due_at: datetime
    ) -> ExportFile:
        """Record a written segment and return the job as it is now.

        Exactly one of several callers of the same segment succeeds: SegmentAlreadyDone for the others,
        LeaseLost when the job is no longer PENDING. `row_count` of the job grows with it.
        """

    def find_segments(self, job: ExportFile) -> tuple[SegmentResult, ...]:
        """The recorded segments, by number."""

    def find_events(self, shop: str, export_id: str) -> tuple[ExportEvent, ...]:
        """The history, oldest first."""

    def record_download(self, job: ExportFile, download: Download) -> None:
        """Add to the history of downloads."""

    def find_downloads(self, shop: str, export_id: str, limit: int) -> tuple[Download, ...]:
        """The latest downloads, the newest first."""

    def list(self, request: ListRequest) -> ListPage:
        """One page of exports, from an index."""

    def count_pending(self, shop: str) -> Counter[str]:
        """How many jobs of the shop are PENDING, by who asked: their global id."""

    def find_due(self, due_for: DueFor, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """(shop, id) of jobs whose `due_at` has passed, the longest overdue first."""


class CatalogSource(Protocol):
    """The catalogue of a shop, by kind. Documents are JSON bytes; their shape belongs to the export type.

    What only filters look at (`facts` in a document) is read only where a document is wanted `whole`.
    """

    def find_buckets(self, shop: str, kind: str) -> tuple[Bucket, ...]:
        """The directory: every bucket that holds records, by number; empty for an unknown kind."""

    def read_buckets(
        self, shop: str, kind: str, buckets: Sequence[Bucket], *, whole: bool = False
    ) -> Iterator[list[bytes]]:
        """Pages of documents in the order of record numbers.

        CatalogIncomplete when a bucket holds fewer records than it says, Unavailable when a page cannot be read:
        never a shorter result.
        """

    def read_numbers(
        self, shop: str, kind: str, numbers: Sequence[int], *, whole: bool = False
    ) -> Iterator[list[bytes]]:
        """Pages of documents of these record numbers in the order given; unknown numbers are left out."""

    def find_dictionary(self, shop: str, kind: str) -> tuple[dict[str, Any], ...]:
        """All documents of a small kind, decoded, by number: attributes, warehouses, channels, categories…"""


class FileStore(Protocol):
    """Objects: files and segments."""

    def write(self, key: str, chunks: Iterable[bytes], *, content_type: str) -> int:
        """Store the chunks as one object and return its size; nothing is visible before all of it is there."""

    def read(self, key: str) -> Iterator[bytes]:
        """The object in chunks; NotFound when there is none."""

    def concatenate(
        self, key: str, head: bytes, sources: Sequence[SegmentResult], *, content_type: str
    ) -> int:
        """Compose one object from `head` and the sources in order, copying inside the store; returns its size."""

    def find_keys(self, prefix: str) -> tuple[str, ...]:
        """The keys below a prefix."""

    def remove(self, keys: Iterable[str]) -> None:
        """Remove objects; those that are not there do not matter."""

    def abort_uploads(self, prefix: str) -> int:
        """Abort unfinished multipart uploads below a prefix; returns how many."""

    def make_download_url(
        self, key: str, *, file_name: str, content_type: str, seconds: int
    ) -> str:
        """A presigned URL that downloads the object under `file_name`, valid for `seconds`. Never store it."""


class MessageQueue(Protocol):
    """Hands messages to the workers, at least once."""

    def send(self, messages: Sequence[ExportMessage], *, delay_seconds: int = 0) -> None:
        """Send all; Unavailable when any could not be sent."""


class Mailer(Protocol):
    """Sends mail."""

    def send(self, *, to: str, subject: str, text: str, html: str, delivery_id: str) -> None:
        """Send one mail; `delivery_id` stays the same when the same mail is sent again. MailRefused for good."""


class EventBus(Protocol):
    """Tells other systems."""

    def publish(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        """Publish one event."""


class AppStore(Protocol):
    """Apps and the hashes of their tokens."""

    def find_requestor(self, token: str) -> Requestor | None:
        """The active app that holds this token, as requestor, or None."""


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Aware UTC."""
