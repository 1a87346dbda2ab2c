"""The interfaces of the services to the world. Adapters and the tests' fakes implement them.

Every method may raise `Unavailable` if a service does not answer. Other errors are named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from chalicelib.domain.export_event import Download, ExportEvent
from chalicelib.domain.export_file import DueFor, ExportFile
from chalicelib.domain.export_list import Day, ListedExport, ListPage, ListRequest
from chalicelib.domain.idempotency import IdempotencyKey, Replay
from chalicelib.domain.issuer import Issuer
from chalicelib.domain.message import ExportMessage
from chalicelib.domain.progress import ProgressStore
from chalicelib.domain.requestor import Requestor
from chalicelib.domain.segment import SegmentClaim, SegmentResult
from chalicelib.domain.template import Template
from chalicelib.domain.transitions import Transition


class ExportFileStore(ProgressStore, Protocol):
    """Jobs, their events and their downloads. A read sees every write that was answered before."""

    def create(self, transition: Transition, key: IdempotencyKey | None = None) -> None:
        """Store a new job, its event and the key in one transaction.

        Conflict if the key is in use, ShopFull if the database cannot store more jobs of the shop.
        """

    def find_replay(self, key: IdempotencyKey, now: datetime) -> Replay | None:
        """Return the use of the key that still counts, or None."""

    def get(self, shop: str, export_id: str) -> ExportFile:
        """Return the job; NotFound if this shop has none with the id."""

    def find(self, shop: str, export_id: str) -> ExportFile | None:
        """Return the job, or None."""

    def save(self, transition: Transition) -> None:
        """Store a transition and its event in one transaction.

        Conflict if status, lease owner, `notified_at` or `due_for` of the stored job differ from
        `transition.before`.
        """

    def update(self, before: ExportFile, after: ExportFile) -> None:
        """Store a change of lease, attempts, plan or due time; Conflict as in `save`."""

    def claim_segment(
        self, job: ExportFile, number: int, *, owner: str, now: datetime, until: datetime
    ) -> SegmentClaim:
        """Claim a segment and count the attempt; LeaseLost if another owner's claim still runs."""

    def explain_attempt(self, job: ExportFile, number: int) -> None:
        """Count one more attempt of a claimed segment whose cause is in the history."""

    def find_claim(self, job: ExportFile, number: int) -> SegmentClaim | None:
        """Return the latest claim of a segment, None if no worker has claimed it."""

    def record_segment(
        self, job: ExportFile, result: SegmentResult, *, due_at: datetime
    ) -> ExportFile:
        """Record a finished segment, add its rows to the job, and return the job as it is now.

        Of several callers with the same segment one succeeds. SegmentAlreadyDone for the others,
        LeaseLost if the job is not PENDING.
        """

    def find_segments(self, job: ExportFile) -> tuple[SegmentResult, ...]:
        """Return the recorded segments in the order of their numbers."""

    def find_events(self, shop: str, export_id: str) -> tuple[ExportEvent, ...]:
        """Return the events of an export, the oldest first."""

    def record_download(self, job: ExportFile, download: Download) -> None:
        """Record a download of the job's file."""

    def record_links(self, links: Sequence[tuple[ExportFile, Download]], requestor_id: str) -> None:
        """Record links to files that this requestor gets, each as a download of its job's file.

        Unavailable if one of them was not recorded.
        """

    def find_links(self, jobs: Sequence[ExportFile], requestor_id: str) -> Mapping[str, datetime]:
        """Return when the latest recorded link of this requestor to each job's file ends, by job.

        Jobs without one are left out. So may be those whose link has ended.
        """

    def find_downloads(self, shop: str, export_id: str, limit: int) -> tuple[Download, ...]:
        """Return the latest downloads of an export, the newest first."""

    def list(self, request: ListRequest) -> ListPage:
        """Return one page of a shop's exports."""

    def count_pending(self, shop: str) -> Counter[str]:
        """Return how many jobs of the shop are PENDING, by the global id of their requestor."""

    def count_days(
        self, shop: str, export_types: frozenset[str], first: date, last: date
    ) -> Sequence[Day]:
        """Return the days, from `first` to `last`, of which there are exports, in their order."""

    def find_recent(
        self, shop: str, export_types: frozenset[str], since: datetime, limit: int
    ) -> Sequence[ListedExport]:
        """Return the latest exports created since a time, the newest first."""

    def find_due(self, due_for: DueFor, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """Return (shop, id) of the jobs whose `due_at` has passed, the longest overdue first."""


class FileStore(Protocol):
    """Objects: files and segments."""

    def write(self, key: str, chunks: Iterable[bytes], *, content_type: str) -> int:
        """Store the chunks as one object and return its size. It is visible only as a whole."""

    def read(self, key: str) -> Iterator[bytes]:
        """Yield the object in chunks; NotFound if there is none."""

    def read_end(self, key: str, size: int) -> bytes:
        """Return the last `size` bytes of an object, or all if it has fewer; NotFound if none."""

    def concatenate(
        self,
        key: str,
        head: bytes,
        sources: Sequence[SegmentResult],
        *,
        tail: bytes = b"",
        content_type: str,
    ) -> int:
        """Compose one object from `head`, the sources in order and `tail`.

        Return its size in bytes.

        The store copies large sources itself. ExportFailed if a source is damaged, NotFound if one
        is gone.
        """

    def find_keys(self, prefix: str) -> tuple[str, ...]:
        """Return the keys below a prefix."""

    def remove(self, keys: Iterable[str]) -> None:
        """Remove objects. Missing ones are not an error."""

    def abort_uploads(self, prefix: str) -> int:
        """Abort unfinished multipart uploads below a prefix, and return how many there were."""

    def make_download_url(
        self, key: str, *, file_name: str, content_type: str, seconds: int
    ) -> str:
        """Return a presigned URL that downloads the object as `file_name` for some seconds.

        Whoever has the URL has the file: never store it or send it by mail.
        """


class MessageQueue(Protocol):
    """Hands messages to the workers, at least once."""

    def send(self, messages: Sequence[ExportMessage], *, delay_seconds: int = 0) -> None:
        """Send all messages; workers receive them after the delay.

        Unavailable if the queue did not take one of them.
        """


class Mailer(Protocol):
    """Sends mail."""

    def send(self, *, to: str, subject: str, text: str, html: str, delivery_id: str) -> None:
        """Send one mail. A repetition has the same `delivery_id`.

        MailRefused if the mail cannot be sent, now or later.
        """


class EventBus(Protocol):
    """Notifies other systems."""

    def publish(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        """Publish one event."""


class AppStore(Protocol):
    """Apps and the hashes of their tokens."""

    def find_requestor(self, token: str) -> Requestor | None:
        """Return the active app with this token as a requestor, or None."""


class IssuerStore(Protocol):
    """The issuers that operators have added to a deployment."""

    def find(self, issuer: str) -> Issuer | None:
        """Return the issuer with this name (the `iss` of its tokens), or None."""

    def find_all(self, shop: str) -> tuple[Issuer, ...]:
        """Return the issuers that speak for a shop, or with `ANY_SHOP` those for every shop."""


class TemplateStore(Protocol):
    """Templates, at most MAX_TEMPLATES_PER_SHOP a shop. A read sees every write before it."""

    def find(self, shop: str, template_id: str) -> Template | None:
        """Return the template, or None."""

    def find_all(self, shop: str) -> tuple[Template, ...]:
        """Return the templates of a shop, the oldest first."""

    def add(self, template: Template) -> None:
        """Store a new template; Conflict if the shop has as many as it may have."""

    def replace(self, template: Template) -> None:
        """Store a template in the place of its earlier state; NotFound if it was removed."""

    def remove(self, shop: str, template_id: str) -> None:
        """Remove a template. A missing one is not an error."""


class UseCounter(Protocol):
    """Counts how often requestors and shops do what costs."""

    def count(self, key: str, *, most: int, until: datetime) -> bool:
        """Count one more under a key, and return True; count nothing if there are `most` already.

        Callers that count at the same moment never pass `most` together. The count may be forgotten
        after `until`.
        """


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Return the time as aware UTC."""
