"""Handle conflicts with another writer: try again on the new state, or give way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

from chalicelib.domain.retry_policy import MAX_CONFLICTS
from chalicelib.errors import Conflict, Unavailable

log: Final = logging.getLogger("waybill")
Result = TypeVar("Result")


def retry_conflicts(change: Callable[[], Result]) -> Result:
    """Return the result of `change`; call it again after each Conflict. Unavailable in the end.

    `change` has to read the job itself, so that each call sees the new state.
    """
    # Without a pause: the other write is done when this one is refused.
    for _ in range(MAX_CONFLICTS):
        try:
            return change()
        except Conflict:
            continue
    raise Unavailable("Other changes to this export came first. Try again in a minute.")


@contextmanager
def giving_way() -> Iterator[None]:
    """End the block quietly at a Conflict: another worker has done the work, or is doing it."""
    try:
        yield
    except Conflict as conflict:
        log.info("another worker was faster", extra={"reason": str(conflict)})
