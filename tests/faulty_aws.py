"""A simulated AWS that throttles, fails, and loses its answers by seeded chance."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from threading import RLock
from typing import Any, Final

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

_THROTTLED: Final = (
    b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Slow down."}'
)
_SLOW_DOWN: Final = b"<Error><Code>SlowDown</Code><Message>Slow down.</Message></Error>"


@dataclass
class FaultyAws:
    """Goes wrong in `share` of all requests while it is `on`.

    Half of these took effect nevertheless.
    """

    random: Random
    share: float
    on: bool = False
    faults: int = 0
    asked: int = 0

    def __post_init__(self) -> None:
        self._lock = RLock()

    def answer(self, request: Any, ordinary: Any) -> Any:
        with self._lock:
            self.asked += self.on
            if not self.on or self.random.random() >= self.share:
                return ordinary()
            self.faults += 1
            if self.random.random() < 0.5:
                ordinary()
            return self._failure(request)

    def _failure(self, request: Any) -> AWSResponse:
        kind = self.random.choice(("gone", "500", "throttled"))
        if kind == "gone":
            raise ConnectionClosedError(endpoint_url=request.url)
        if kind == "500":
            return _response(request, 500, b"")
        if "dynamodb" in request.url:
            return _response(request, 400, _THROTTLED)
        return _response(request, 503, _SLOW_DOWN)

    @contextmanager
    def failing(self) -> Iterator[None]:
        self.on = True
        try:
            yield
        finally:
            self.on = False


def _response(request: Any, status: int, body: bytes) -> AWSResponse:
    return AWSResponse(request.url, status, {}, MockRawResponse(body))


def make_faulty(monkeypatch: Any, seed: int, share: float) -> FaultyAws:
    """Stand between botocore and the simulation, and let nobody wait for a retry."""
    aws = FaultyAws(Random(seed), share)
    ordinary = BotocoreStubber.__call__

    def answer(stubber: Any, event_name: str, request: Any, **given: Any) -> Any:
        return aws.answer(request, lambda: ordinary(stubber, event_name, request, **given))

    monkeypatch.setattr(BotocoreStubber, "__call__", answer)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return aws
