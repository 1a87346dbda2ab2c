"""Let a worker do one step, and let something happen in the middle of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from chalicelib.domain.message import ExportMessage
from chalicelib.services.work.work_export import work_export
from tests.factories import Service

NAMES: Final[dict[str, Any]] = {"parameters": {"fields": ["NAME"]}}
# 1,200 products are three segments then.
MANY: Final = {"segment_records": 500}
NO_LIMITS: Final[dict[str, Any]] = {
    "pending_per_requestor": 10_000,
    "pending_per_shop": 10_000,
    "exports_per_requestor": 10_000,
}


def take(service: Service) -> ExportMessage:
    message = service.queue.take()
    assert message is not None
    return message


def step(service: Service) -> None:
    work_export(service.worker, take(service))


def lose_messages(service: Service) -> None:
    service.queue.bodies.clear()


def read_meanwhile(service: Service, act: Callable[[], Any]) -> None:
    """Let something happen while a worker reads its first page."""
    reading = service.source.read_buckets

    def read(*arguments: Any, **named: Any) -> Iterator[list[bytes]]:
        service.source.read_buckets = reading  # type: ignore[method-assign]
        act()
        yield from reading(*arguments, **named)

    service.source.read_buckets = read  # type: ignore[method-assign]
