"""The state machine, driven at random by workers with old copies: the stored job stays sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.domain.export_file import DueFor, ExportFile, FileResult, JobStatus, planned
from chalicelib.domain.lease import (
    brought_forward,
    claimed,
    claimed_to_notify,
    handed_out,
    objects_removed,
    postponed,
    released,
    resent,
)
from chalicelib.domain.segment import Segment, SegmentPlan, SegmentResult
from chalicelib.domain.transitions import (
    TRANSITIONS,
    Transition,
    cancel,
    create,
    delete,
    fail,
    notify,
    succeed,
)
from chalicelib.errors import Conflict
from tests.factories import make_request, make_requestor
from tests.fake_export_store import FakeExportFileStore
from tests.fakes import FakeClock

SECONDS = 330
PLAN = SegmentPlan(tuple(Segment(number, number, number, 2) for number in range(3)))
TERMINAL = {"EXPORT_SUCCESS", "EXPORT_FAILED"}
VERBS: Final[list[Callable[..., Transition]]] = [cancel, delete]


class ExportFileMachine(RuleBasedStateMachine):
    """Verbs on copies of one stored job, new and old; the store refuses what is no longer true."""

    copies: Bundle[ExportFile] = Bundle("copies")
    owners = st.sampled_from(["one", "two", "three"])

    @initialize(target=copies)
    def ask(self) -> ExportFile:
        self.clock, self.store = FakeClock(), FakeExportFileStore()
        made = create(
            request=make_request(),
            requestor=make_requestor(),
            file_name="f.csv",
            now=self.clock.now(),
            retention_seconds=3600,
        )
        self.store.create(made)
        self.key = made.after.shop, made.after.id
        self.seen = [made.after]
        return made.after

    @property
    def stored(self) -> ExportFile:
        return self.store.jobs[self.key]

    @rule(seconds=st.sampled_from([1, 60, 331, 4000]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule(target=copies)
    def read(self) -> ExportFile:
        return self.stored

    @rule(job=copies, owner=owners)
    def claim(self, job: ExportFile, owner: str) -> None:
        self._update(job, lambda: claimed(job, owner=owner, now=self.clock.now(), seconds=SECONDS))

    @rule(job=copies, owner=owners)
    def claim_notification(self, job: ExportFile, owner: str) -> None:
        self._update(
            job, lambda: claimed_to_notify(job, owner=owner, now=self.clock.now(), seconds=SECONDS)
        )

    @rule(job=copies, verb=st.sampled_from([handed_out, resent, postponed, objects_removed]))
    def put_off(self, job: ExportFile, verb: Any) -> None:
        ended = job.due_for is DueFor.REMOVAL
        if (verb is objects_removed) == ended and (
            verb is postponed or ended or job.status is JobStatus.PENDING
        ):
            self._update(job, lambda: verb(job, now=self.clock.now(), seconds=SECONDS))

    @rule(job=copies)
    def bring_forward(self, job: ExportFile) -> None:
        if job.status is JobStatus.PENDING:
            self._update(job, lambda: brought_forward(job, now=self.clock.now()))

    @rule(job=copies)
    def release(self, job: ExportFile) -> None:
        if job.status is JobStatus.PENDING:
            self._update(job, lambda: released(job, now=self.clock.now()))

    @rule(job=copies)
    def plan(self, job: ExportFile) -> None:
        if job.status is JobStatus.PENDING and self.stored.plan is None:
            self._update(job, lambda: planned(job, PLAN))

    @rule(job=copies, number=st.integers(0, 2), key=st.sampled_from("ab"))
    def record(self, job: ExportFile, number: int, key: str) -> None:
        result = SegmentResult(
            number=number, file_key=f"{number}-{key}", size_bytes=4, row_count=2, crc32=0
        )
        try:
            self.store.record_segment(job, result, due_at=self.clock.now())
        except Conflict:
            return

    @rule(job=copies)
    def succeed(self, job: ExportFile) -> None:
        result = FileResult(file_key="k", size_bytes=1, row_count=job.row_count or 0)
        self._save(lambda: succeed(job, result, now=self.clock.now()))

    @rule(job=copies, verb=st.sampled_from(VERBS))
    def act(self, job: ExportFile, verb: Callable[..., Transition]) -> None:
        self._save(lambda: verb(job, now=self.clock.now(), by=make_requestor()))

    @rule(job=copies)
    def fail(self, job: ExportFile) -> None:
        self._save(lambda: fail(job, "No.", error_type="E", now=self.clock.now()))

    @rule(job=copies, sent=st.booleans())
    def notify(self, job: ExportFile, sent: bool) -> None:
        self._save(lambda: notify(job, mail_sent=sent, now=self.clock.now(), seconds=SECONDS))

    def _update(self, job: ExportFile, verb: Any) -> None:
        try:
            self.store.update(job, verb())
        except Conflict:
            return

    def _save(self, verb: Any) -> None:
        try:
            transition: Transition = verb()
            self.store.save(transition)
        except Conflict:
            return

    @invariant()
    def only_known_ways_are_gone(self) -> None:
        before, now = self.seen[-1], self.stored
        assert now.status is before.status or now.status in TRANSITIONS[before.status]
        assert before.notified_at in (None, now.notified_at)
        assert before.segments_done <= now.segments_done
        assert before.updated_at == now.updated_at or before.status is not now.status
        self.seen.append(now)

    @invariant()
    def the_history_says_what_happened_once(self) -> None:
        types = [event.type.value for event in self.store.events[self.key]]
        assert len(types) == len(set(types))
        assert types[0] == "EXPORT_PENDING"
        assert len(TERMINAL & set(types)) == (self.stored.status is not JobStatus.PENDING)
        assert ("EXPORT_DELETED" in types) == (self.stored.status is JobStatus.DELETED)

    @invariant()
    def segments_and_rows_are_exact(self) -> None:
        segments = self.store.segments[self.key]
        assert self.stored.segments_done == set(segments)
        if self.stored.status is JobStatus.PENDING and segments:
            assert self.stored.row_count == 2 * len(segments)

    @invariant()
    def the_schedule_forgets_no_job_with_something_left_to_do(self) -> None:
        if self.stored.status is JobStatus.DELETED and self.stored.due_for is None:
            assert (self.clock.now() - self.stored.updated_at).total_seconds() >= SECONDS
        else:
            assert self.stored.due_for is not None
            assert self.stored.due_at is not None
        if self.stored.status is JobStatus.PENDING:
            assert self.stored.due_for is DueFor.RECOVERY


TestExportFile = ExportFileMachine.TestCase
TestExportFile.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
