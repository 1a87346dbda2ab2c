"""Errors of DynamoDB as errors of the store, and retries of writes that conflict."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from pynamodb.exceptions import PutError, PynamoDBException, TransactWriteError, UpdateError

from chalicelib.adapters.aws.clients import error_code
from chalicelib.errors import Conflict, DatabaseUnavailable, ShopFull

log: Final = logging.getLogger("waybill")

MAX_ATTEMPTS: Final = 8
FIRST_PAUSE_SECONDS: Final = 0.02
MOVED_ON: Final = "The export has moved on."


# A table with local indexes holds 10 GB under one partition key, which is the shop.
NEARLY_FULL_GIGABYTES: Final = 8


class Busy(Exception):
    """Another transaction holds the item, or the table is throttled."""


def retry_busy(write: Callable[[], Any]) -> None:
    """Write, and try again while other transactions hold the item.

    Unavailable after some attempts.
    """
    for attempt in range(MAX_ATTEMPTS):
        try:
            with translated_errors():
                write()
            return
        except Busy:
            time.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))
    raise DatabaseUnavailable("The table of exports is busy.")


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise Conflict, Busy or Unavailable instead of PynamoDB's errors."""
    try:
        yield
    except TransactWriteError as error:
        raise _of_transaction(error) from error
    except (UpdateError, PutError) as error:
        raise _of_write(error) from error
    except PynamoDBException as error:
        raise _no_answer(error) from error


def _of_transaction(error: TransactWriteError) -> Exception:
    codes = {reason.code for reason in error.cancellation_reasons if reason}
    if "ItemCollectionSizeLimitExceeded" in codes:
        return _full()
    if "ConditionalCheckFailed" in codes:
        return Conflict(MOVED_ON)
    # PynamoDB's own `cause_response_code` breaks if the connection broke.
    if error_code(error.cause) == "AccessDeniedException":
        return DatabaseUnavailable(f"The table of exports may not be written: {error.cause}")
    return Busy()


def _of_write(error: UpdateError | PutError) -> Exception:
    code = error_code(error.cause)
    if code == "ItemCollectionSizeLimitExceededException":
        return _full()
    if code == "ConditionalCheckFailedException":
        return Conflict(MOVED_ON)
    return Busy() if code == "TransactionConflictException" else _no_answer(error)


def _full() -> ShopFull:
    log.error("shop is full")
    return ShopFull("The records of this shop have reached the size that DynamoDB allows.")


def warn_when_nearly_full(answer: Mapping[str, Any]) -> None:
    """Log a warning if the answer to a write shows a large shop. An alarm watches it."""
    for metrics in answer.get("ItemCollectionMetrics", {}).values():
        for collection in metrics:
            _, at_most = collection["SizeEstimateRangeGB"]
            if at_most >= NEARLY_FULL_GIGABYTES:
                log.warning("shop is nearly full", extra={"gigabytes": at_most})


def _no_answer(error: PynamoDBException) -> DatabaseUnavailable:
    return DatabaseUnavailable(f"The table of exports did not answer: {error}")
