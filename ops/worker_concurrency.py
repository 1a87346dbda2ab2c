"""Compare the workers that the queue may start with the concurrency that the account has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from chalicelib.adapters.aws.clients import client

# The states of a trigger that somebody has switched off.
OFF: Final = ("Disabling", "Disabled")


@dataclass(frozen=True, slots=True)
class Concurrency:
    """`workers` is the trigger's maximum, None without one. `reserved` is the worker's own share.

    `available` is the account's concurrency that is reserved for no function. A trigger that is not
    `is_on` starts no worker.
    """

    workers: int | None
    reserved: int | None
    available: int
    is_on: bool = True


def find_fault(concurrency: Concurrency, *, syncs: int = 0) -> str:
    """Return what is wrong and what to do, "" if every delivery can start a worker.

    `syncs` are the workers of syncs, which need a share of the same concurrency.
    """
    if not concurrency.is_on:
        return "Its trigger is switched off, so its messages wait. Enable it in the Lambda console."
    workers, reserved = concurrency.workers, concurrency.reserved
    if workers is None:
        return "Its trigger has no maximum. Deploy the template again."
    if reserved is not None:
        if reserved >= workers:
            return ""
        return (
            f"ReservedConcurrency is {reserved}, WorkerConcurrency is {workers}: "
            "deliveries are throttled. "
            "Make ReservedConcurrency at least as large as WorkerConcurrency."
        )
    # The API and the schedule need a share, too.
    if workers + syncs < concurrency.available:
        return ""
    of_syncs = f" and SyncConcurrency is {syncs}" if syncs else ""
    lower = "WorkerConcurrency or SyncConcurrency" if syncs else "WorkerConcurrency"
    return (
        f"WorkerConcurrency is {workers}{of_syncs}, but the account has only "
        f"{concurrency.available} for all functions: deliveries are throttled. Lower {lower}, or "
        "ask AWS for more concurrent executions."
    )


def count_unreserved(queue_url: str, lambda_client: Any = None) -> int:
    """Return how many workers the queue may start that have no share of their own."""
    found = find_concurrency(queue_url, lambda_client)
    return sum(one.workers or 0 for one in found if one.reserved is None)


def find_concurrency(queue_url: str, lambda_client: Any = None) -> Iterator[Concurrency]:
    """Yield the concurrency of each function that the queue triggers."""
    functions = lambda_client or client("lambda")
    attributes = client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])
    triggers = functions.list_event_source_mappings(
        EventSourceArn=attributes["Attributes"]["QueueArn"]
    )["EventSourceMappings"]
    for trigger in triggers:
        limit = functions.get_account_settings()["AccountLimit"]
        name = trigger["FunctionArn"]
        yield Concurrency(
            workers=trigger.get("ScalingConfig", {}).get("MaximumConcurrency"),
            reserved=functions.get_function_concurrency(FunctionName=name).get(
                "ReservedConcurrentExecutions"
            ),
            available=limit["UnreservedConcurrentExecutions"],
            is_on=trigger.get("State") not in OFF,
        )
