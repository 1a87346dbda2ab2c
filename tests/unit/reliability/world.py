"""A small world.

The service on fakes, a queue like SQS, a schedule, and a clock that work moves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from chalicelib.domain.export_file import DueFor, ExportFile
from chalicelib.domain.message import ExportMessage
from chalicelib.domain.retry_policy import MAX_RECEIVES, VISIBILITY_SECONDS
from chalicelib.errors import RequestRefused, Unavailable
from chalicelib.services.work.bury_message import bury_message
from chalicelib.services.work.expire_exports import expire_exports
from chalicelib.services.work.recover_exports import recover_exports
from chalicelib.services.work.work_export import work_export
from tests.factories import Service
from tests.unit.reliability.faults import (
    FATAL,
    Fault,
    FaultPlan,
    FaultyPort,
    Killed,
    OneFault,
    suffer,
)

WORKER_SECONDS: Final = 300
CALL_SECONDS: Final = 0.3
SLOW_SECONDS: Final = 100
MAX_STEPS: Final = 3_000


@dataclass
class Letter:
    """One message in a queue."""

    body: str
    visible_at: datetime
    receives: int = 0


@dataclass
class Run:
    """One invocation of a function: its start, and whether it had a fault."""

    started_at: datetime
    faulty: bool = False


@dataclass
class World:
    """A world that runs until nothing is left to do. The same seed gives the same run.

    `disorder` is how often messages come twice, late and out of order; `throttling` is how often a
    delivery starts no worker.
    """

    service: Service
    plan: FaultPlan = field(default_factory=OneFault)
    random: Random = field(default_factory=lambda: Random(0))
    disorder: float = 0.0
    throttling: float = 0.0
    letters: list[Letter] = field(default_factory=list)
    dead: list[Letter] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    people: list[Callable[[], Any]] = field(default_factory=list)
    mailed_in: list[tuple[str, Run]] = field(default_factory=list)

    def __post_init__(self) -> None:
        service = self.service
        service.queue.send = self._take_in  # type: ignore[method-assign]
        names = ("store", "source", "files", "queue")
        ports: dict[str, Any] = {
            name: FaultyPort(getattr(service, name), name, self._around) for name in names
        }
        outward: dict[str, Any] = {
            name: FaultyPort(getattr(service, name), name, self._around)
            for name in ("mailer", "bus")
        }
        service.api = replace(service.api, **ports)
        service.worker = replace(service.worker, **ports, **outward)

    @property
    def now(self) -> datetime:
        return self.service.clock.now()

    def request(self, *arguments: Any, **given: Any) -> None:
        """Request an export. The client may never get the answer."""
        self._invoke(lambda: self.service.request(*arguments, **given))

    def settle(self) -> None:
        """Run until no message is left and no job is due before its file expires."""
        for _ in range(MAX_STEPS):
            if not self._step():
                return
        raise AssertionError(
            f"The world never calms down: {self.service.store.jobs}, {self.letters}, {self.dead}"
        )

    def _step(self) -> bool:
        if self.people and self.random.random() < 0.2:
            self._invoke(self.people.pop())
        if letter := self._visible(self.letters):
            self._deliver(letter)
        elif letter := self._visible(self.dead):
            self._receive(letter, self.dead, lambda: bury_message(self.service.worker, letter.body))
        else:
            return self._wait()
        return True

    def _wait(self) -> bool:
        """Let time pass until something is due, then run the schedule.

        False if nothing will be due.
        """
        moments = [letter.visible_at for letter in self.letters + self.dead]
        moments += [
            job.due_at
            for job in self.service.store.jobs.values()
            if job.due_at and not self._rests(job)
        ]
        if not moments:
            return False
        self.service.clock.advance(max(0.0, (min(moments) - self.now).total_seconds()))
        self._schedule()
        return True

    def _schedule(self) -> None:
        self._invoke(lambda: recover_exports(self.service.worker))
        self._invoke(lambda: expire_exports(self.service.worker))

    def _deliver(self, letter: Letter) -> None:
        if letter.receives >= MAX_RECEIVES:
            self.letters.remove(letter)
            self.dead.append(Letter(letter.body, self.now))
            return
        message = ExportMessage.from_json(json.loads(letter.body))
        self._receive(letter, self.letters, lambda: work_export(self.service.worker, message))

    def _receive(self, letter: Letter, queue: list[Letter], handle: Callable[[], Any]) -> None:
        """Deliver a letter.

        It goes after a success, or stays all the same if SQS delivers it twice.
        """
        letter.receives += 1
        letter.visible_at = self.now + timedelta(seconds=VISIBILITY_SECONDS)
        if self.random.random() < self.throttling:
            return
        if self._invoke(handle) and letter in queue and self.random.random() >= self.disorder / 2:
            queue.remove(letter)

    def _visible(self, queue: list[Letter]) -> Letter | None:
        ready = [letter for letter in queue if letter.visible_at <= self.now]
        if not ready:
            return None
        return self.random.choice(ready) if self.random.random() < self.disorder else ready[0]

    def _take_in(self, messages: Any, *, delay_seconds: int = 0) -> None:
        for message in messages:
            for _ in range(1 + (self.random.random() < self.disorder)):
                late = (
                    self.random.choice((0, 1, 400)) if self.random.random() < self.disorder else 0
                )
                self.letters.append(
                    Letter(json.dumps(message.to_json()), self.now + timedelta(seconds=late))
                )

    def _invoke(self, act: Callable[[], Any]) -> bool:
        """Run a function, and return whether it came to its end."""
        with self._running() as run:
            try:
                act()
            except (Killed, Unavailable):
                run.faulty = True
                return False
            except RequestRefused:
                # A refusal is an answer too.
                return True
            return True

    @contextmanager
    def _running(self) -> Iterator[Run]:
        run = Run(self.now)
        self.runs.append(run)
        yield run
        self.runs.pop()

    def _around(self, name: str, call: Callable[[], Any]) -> Any:
        """Do one call of a port, with the fault that the plan has for it."""
        if not self.runs:
            return call()
        run = self.runs[-1]
        fault = self.plan.next(name)
        self.service.clock.advance(SLOW_SECONDS if fault is Fault.SLOW else CALL_SECONDS)
        if fault is Fault.INTERLEAVED and len(self.runs) == 1:
            self._give_a_turn()
        run.faulty |= fault in FATAL
        self._end_when_over(run)
        answer = suffer(fault, lambda: self._noted(name, run, call))
        self._end_when_over(run)
        return answer

    def _give_a_turn(self) -> None:
        """Let another process run: a person, a second delivery, or the schedule."""
        if self.people and self.random.random() < 0.5:
            self._invoke(self.people.pop())
            return
        for _ in range(self.random.choice((1, 1, 10))):
            if self.letters and self.random.random() < 0.8:
                self._deliver(self.random.choice(self.letters))
            else:
                self._schedule()

    def _end_when_over(self, run: Run) -> None:
        """End a run that takes too long, as Lambda does."""
        if (self.now - run.started_at).total_seconds() > WORKER_SECONDS:
            run.faulty = True
            raise Killed

    def _noted(self, name: str, run: Run, call: Callable[[], Any]) -> Any:
        before = len(self.service.mailer.sent)
        answer = call()
        self.mailed_in += [(mail.delivery_id, run) for mail in self.service.mailer.sent[before:]]
        return answer

    def _rests(self, job: ExportFile) -> bool:
        """Return whether a job waits only for the day when its file expires."""
        return (
            job.due_for is DueFor.EXPIRY
            and job.due_at == job.expires_at
            and job.expires_at > self.now
        )
