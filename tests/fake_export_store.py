"""A fake of the `ExportFileStore`: the same promises, kept in memory."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.domain.export_event import Download, ExportEvent
from chalicelib.domain.export_file import DueFor, ExportFile, JobStatus
from chalicelib.domain.export_list import (
    Day,
    ListedExport,
    ListFilter,
    ListPage,
    ListRequest,
    SortField,
)
from chalicelib.domain.idempotency import IdempotencyKey, Replay
from chalicelib.domain.progress import SegmentProgress
from chalicelib.domain.requestor import Requestor
from chalicelib.domain.segment import SegmentClaim, SegmentResult
from chalicelib.domain.transitions import Transition
from chalicelib.errors import Conflict, LeaseLost, NotFound, SegmentAlreadyDone

HAVE_ROWS = (JobStatus.SUCCESS, JobStatus.DELETED)


class FakeExportFileStore:
    """Jobs and events in dictionaries, written under the same conditions as in the table.

    Jobs whose ids are `unreadable` are there and due, but reading one raises ValueError.
    """

    def __init__(self) -> None:
        self.jobs: dict[tuple[str, str], ExportFile] = {}
        self.events: dict[tuple[str, str], list[ExportEvent]] = defaultdict(list)
        self.segments: dict[tuple[str, str], dict[int, SegmentResult]] = defaultdict(dict)
        self.downloads: dict[tuple[str, str], list[Download]] = defaultdict(list)
        self.links: dict[tuple[str, str, str], datetime] = {}
        self.keys: dict[str, tuple[IdempotencyKey, str]] = {}
        self.unreadable: set[str] = set()
        self.reports: dict[tuple[str, str], dict[int, SegmentProgress]] = defaultdict(dict)
        self.claims: dict[tuple[str, str, int], tuple[str, SegmentClaim]] = {}

    def create(self, transition: Transition, key: IdempotencyKey | None = None) -> None:
        job = transition.after
        if (job.shop, job.id) in self.jobs or (key and self.find_replay(key, job.created_at)):
            raise Conflict("There is such an export.")
        if key:
            self.keys[key.text] = key, job.id
        self._write(job, transition.event)

    def find_replay(self, key: IdempotencyKey, now: datetime) -> Replay | None:
        used, export_id = self.keys.get(key.text, (None, ""))
        return (
            Replay(fingerprint=used.fingerprint, export_id=export_id)
            if used and used.expires_at > now
            else None
        )

    def get(self, shop: str, export_id: str) -> ExportFile:
        job = self.find(shop, export_id)
        if job is None:
            raise NotFound("There is no such export.")
        return job

    def find(self, shop: str, export_id: str) -> ExportFile | None:
        if export_id in self.unreadable:
            raise ValueError("This is not an export.")
        return self.jobs.get((shop, export_id))

    def save(self, transition: Transition) -> None:
        if not self._is_written(transition.before, transition.after):
            self._write(self._changed(transition.before, transition.after), transition.event)

    def update(self, before: ExportFile, after: ExportFile) -> None:
        if not self._is_written(before, after):
            self._write(self._changed(before, after), None)

    def claim_segment(
        self, job: ExportFile, number: int, *, owner: str, now: datetime, until: datetime
    ) -> SegmentClaim:
        key = job.shop, job.id, number
        before_owner, before = self.claims.get(key, ("", SegmentClaim(0, now)))
        if before.until > now and before_owner != owner:
            raise LeaseLost("Another worker has claimed this segment.")
        claim = replace(before, attempts=before.attempts + 1, until=until)
        self.claims[key] = owner, claim
        return claim

    def explain_attempt(self, job: ExportFile, number: int) -> None:
        owner, claim = self.claims[job.shop, job.id, number]
        explained = replace(claim, explained=claim.explained + 1)
        self.claims[job.shop, job.id, number] = owner, explained

    def find_claim(self, job: ExportFile, number: int) -> SegmentClaim | None:
        return self.claims.get((job.shop, job.id, number), (None, None))[1]

    def report_progress(self, job: ExportFile, chain: int, progress: SegmentProgress) -> None:
        self.reports[job.shop, job.id][chain] = progress

    def find_progress(self, job: ExportFile) -> tuple[SegmentProgress, ...]:
        return tuple(self.reports[job.shop, job.id].values())

    def record_segment(
        self, job: ExportFile, result: SegmentResult, *, due_at: datetime
    ) -> ExportFile:
        key = job.shop, job.id
        stored = self.jobs[key]
        if stored.status is not JobStatus.PENDING:
            raise LeaseLost(f"The export is {stored.status}.")
        recorded = self.segments[key].get(result.number)
        if recorded is not None:
            if recorded != result:
                raise SegmentAlreadyDone(f"Segment {result.number} is recorded already.")
            return stored
        self.segments[key][result.number] = result
        done = stored.segments_done | {result.number}
        rows = (stored.row_count or 0) + result.row_count
        self.jobs[key] = replace(stored, segments_done=done, row_count=rows, due_at=due_at)
        return self.jobs[key]

    def find_segments(self, job: ExportFile) -> tuple[SegmentResult, ...]:
        return tuple(result for _, result in sorted(self.segments[job.shop, job.id].items()))

    def find_events(self, shop: str, export_id: str) -> tuple[ExportEvent, ...]:
        return tuple(self.events[shop, export_id])

    def record_download(self, job: ExportFile, download: Download) -> None:
        self.downloads[job.shop, job.id].insert(0, download)

    def record_links(self, links: Sequence[tuple[ExportFile, Download]], requestor_id: str) -> None:
        for job, link in links:
            self.record_download(job, link)
            if link.until:
                self.links[job.shop, job.id, requestor_id] = link.until

    def find_links(self, jobs: Sequence[ExportFile], requestor_id: str) -> Mapping[str, datetime]:
        found = {job.id: self.links.get((job.shop, job.id, requestor_id)) for job in jobs}
        return {export_id: until for export_id, until in found.items() if until}

    def find_downloads(self, shop: str, export_id: str, limit: int) -> tuple[Download, ...]:
        return tuple(self.downloads[shop, export_id][:limit])

    def list(self, request: ListRequest) -> ListPage:
        position = POSITIONS[request.sort]
        found = sorted(self._listed(request.shop, request.filter), key=position)
        low, high = request.after, request.before
        if request.descending:
            found.reverse()
            low, high = high, low
        between = [
            job
            for job in found
            if (low is None or low < position(job)) and (high is None or position(job) < high)
        ]
        more = len(between) > request.size
        first = max(len(between) - request.size, 0) if request.backward else 0
        page = between[first : first + request.size]
        positions = tuple(map(position, page))
        return ListPage(
            exports=tuple(page),
            positions=positions,
            has_next=request.before is not None if request.backward else more,
            has_previous=more if request.backward else request.after is not None,
            start=positions[0] if positions else None,
            end=positions[-1] if positions else None,
            total=len(found) if request.count else None,
        )

    def count_pending(self, shop: str) -> Counter[str]:
        jobs = [job for job in self._of(shop) if job.status is JobStatus.PENDING]
        return Counter(job.requestor_id for job in jobs)

    def count_days(
        self, shop: str, export_types: frozenset[str], first: date, last: date
    ) -> Sequence[Day]:
        days: dict[date, Day] = {}
        for job in self._of(shop):
            day = job.created_at.astimezone(UTC).date()
            if job.request.export_type in export_types and first <= day <= last:
                days[day] = _with(days.get(day, Day(day)), job)
        return [days[day] for day in sorted(days)]

    def find_recent(
        self, shop: str, export_types: frozenset[str], since: datetime, limit: int
    ) -> Sequence[ListedExport]:
        wanted = ListFilter(export_types=export_types, created_from=since)
        found = sorted(self._listed(shop, wanted), key=_by_creation, reverse=True)
        return [
            ListedExport(
                export_type=job.request.export_type,
                status=job.status,
                created_at=job.created_at,
                updated_at=job.updated_at,
                row_count=job.row_count or 0,
                requestor_id=job.requestor_id,
                requestor_name=Requestor(user=job.user, app=job.app).name,
                requestor_search=_searched(job),
                is_app=job.app is not None,
            )
            for job in found[:limit]
        ]

    def find_due(self, due_for: DueFor, now: datetime, limit: int) -> Sequence[tuple[str, str]]:
        due = [
            (job.due_at, job) for job in self.jobs.values() if job.due_for is due_for and job.due_at
        ]
        late = sorted((at, job.shop, job.id) for at, job in due if at <= now)
        return [(shop, export_id) for _, shop, export_id in late[:limit]]

    def _of(self, shop: str) -> Sequence[ExportFile]:
        return [job for job in self.jobs.values() if job.shop == shop]

    def _listed(self, shop: str, wanted: ListFilter) -> Sequence[ExportFile]:
        return [job for job in self._of(shop) if _passes(job, wanted)]

    def _is_written(self, before: ExportFile, after: ExportFile) -> bool:
        """Whether a refused write was made before, and only its answer was lost."""
        stored = self.jobs[before.shop, before.id]
        return _condition(stored) != _condition(before) and _fence(stored) == _fence(after)

    def _changed(self, before: ExportFile, after: ExportFile) -> ExportFile:
        """Return the stored job with the changes, beside those that others have made since."""
        stored = self.jobs[before.shop, before.id]
        if _condition(stored) != _condition(before):
            raise Conflict("The export has moved on.")
        names = (field.name for field in fields(ExportFile))
        changes = {n: getattr(after, n) for n in names if getattr(after, n) != getattr(before, n)}
        return replace(stored, **changes)

    def _write(self, job: ExportFile, event: ExportEvent | None) -> None:
        kept = replace(job.plan, buckets=None) if job.plan and job.needs_plan else None
        self.jobs[job.shop, job.id] = replace(job, plan=kept)
        if event:
            self.events[job.shop, job.id].append(event)


def _condition(job: ExportFile) -> tuple[Any, ...]:
    return job.status, job.lease_owner, job.notified_at, job.due_for


def _fence(job: ExportFile) -> tuple[Any, ...]:
    return (*_condition(job), job.lease_until, job.updated_at, job.attempts)


def _by_creation(job: ExportFile) -> str:
    return f"{job.created_at.isoformat(timespec='microseconds')}#{job.id}"


POSITIONS: dict[SortField, Callable[[ExportFile], str]] = {
    SortField.CREATED_AT: _by_creation,
    SortField.UPDATED_AT: lambda job: (
        f"{job.updated_at.isoformat(timespec='microseconds')}#{job.id}"
    ),
    SortField.STATUS: lambda job: f"{job.status}#{_by_creation(job)}",
}


def _passes(job: ExportFile, wanted: ListFilter) -> bool:
    user = f"{job.user.email}\n{job.user.first_name}\n{job.user.last_name}" if job.user else ""
    return (
        job.request.export_type in wanted.export_types
        and wanted.status in (None, job.status)
        and _lies_between(job.created_at, wanted.created_from, wanted.created_to)
        and _lies_between(job.updated_at, wanted.updated_from, wanted.updated_to)
        and (wanted.user or "").casefold() in user.casefold()
        and (wanted.app or "").casefold() in (job.app.name if job.app else "").casefold()
    )


def _lies_between(moment: datetime, low: datetime | None, high: datetime | None) -> bool:
    return (low is None or low <= moment) and (high is None or moment <= high)


def _with(day: Day, job: ExportFile) -> Day:
    return replace(
        day,
        exports=day.exports + 1,
        failed=day.failed + (job.status is JobStatus.FAILED),
        rows=day.rows + ((job.row_count or 0) if job.status in HAVE_ROWS else 0),
    )


def _searched(job: ExportFile) -> str:
    return (job.app.name if job.app else job.user.email if job.user else "").casefold()
