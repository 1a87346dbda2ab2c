"""The layout of the tables that hold exports: keys, indexes and the attributes in them.

The adapters, the template, the permissions and the commands take names and keys from here. This
module imports nothing of AWS, so that the template can be made without it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

# The keys of the tables: the partition key, then the sort key.
FILES_KEY: Final = ("shop", "id")
EVENTS_KEY: Final = ("export_key", "date_id")
LISTS_KEY: Final = ("partition", "position")
IDEMPOTENCY_KEY: Final = ("request_key",)

# The attributes with which DynamoDB removes items by itself: seconds since 1970.
FORGET_AT: Final = "forget_at_epoch"
EXPIRES_AT: Final = "expires_at_epoch"

# The schedule's index of ExportFiles: only jobs that are due for something are in it.
BY_DUE_AT: Final = "by_due_at"
DUE_KEY: Final = ("due_for", "due_at")

# The indexes of ExportLists, with their keys.
BY_CHANGE: Final = "by_change"
BY_STATUS: Final = "by_status"
BY_PERSON: Final = "by_person"
LIST_INDEXES: Final = {
    BY_CHANGE: ("partition", "updated_at_id"),
    BY_STATUS: ("status_list", "position"),
    BY_PERSON: ("person_list", "position"),
}

# Version 0.1.0 listed exports over local indexes of ExportFiles. CloudFormation cannot remove them
# from a table, so they stay defined; jobs no longer have the attributes that they sort by.
OLD_LIST_INDEXES: Final = {
    "by_created_at": "created_at_id",
    "by_updated_at": "updated_at_id",
    "by_status": "status_id",
}
OLD_LISTED: Final = (
    "export_type",
    "status",
    "created_at",
    "updated_at",
    "requestor_id",
    "user_search",
    "app_search",
)

_SEGMENT: Final = "#segment#"
_CLAIM: Final = "#claim#"
_PROGRESS: Final = "#progress"


def position(first: str, export_id: str) -> str:
    """Return the place of an export in a list: the id breaks ties."""
    return f"{first}#{export_id}"


def segment_id(export_id: str, number: int) -> str:
    """Return the sort key of a segment's item, which lies in the partition of its job."""
    return f"{export_id}{_SEGMENT}{number:05d}"


def segments_prefix(export_id: str) -> str:
    """Return what the sort keys of all segments of an export begin with."""
    return f"{export_id}{_SEGMENT}"


def segment_number(segment: str) -> int:
    """Return the number in the sort key of a segment's item."""
    return int(segment.rpartition("#")[2])


def claim_id(export_id: str, number: int) -> str:
    """Return the sort key of a segment's claim, which lies in the partition of its job."""
    return f"{export_id}{_CLAIM}{number:05d}"


def progress_id(export_id: str) -> str:
    """Return the sort key of a job's progress, which lies in the partition of the job."""
    return f"{export_id}{_PROGRESS}"


def request_key(shop: str, export_id: str) -> str:
    """Return the partition of a large request in the ExportFiles table.

    It differs for each export, because the partition of a shop may hold 10 GB only.
    """
    return f"{shop}#{export_id}#request"


def events_key(shop: str, export_id: str) -> str:
    """Return the partition of an export's events."""
    return f"{shop}#{export_id}"


def downloads_key(shop: str, export_id: str) -> str:
    """Return the partition of an export's downloads.

    They are apart from the events, whose types are the contract's.
    """
    return f"{shop}#{export_id}#downloads"


def links_key(shop: str, export_id: str) -> str:
    """Return the partition of the latest link to an export's file: one item per requestor."""
    return f"{shop}#{export_id}#links"


def happened_key(date: str, event_id: str) -> str:
    """Return the sort key of an event or a download: the order is that of the dates."""
    return f"{date}#{event_id}"


def exports_list(shop: str, export_type: str) -> str:
    """Return the partition of a shop's exports of one type, which lie in the order of creation."""
    return f"{shop}#exports#{export_type}"


def status_list(shop: str, export_type: str, status: str) -> str:
    """Return the partition, in an index, of a shop's exports of one type and status."""
    return f"{shop}#status#{export_type}#{status}"


def person_list(shop: str, export_type: str, requestor_id: str) -> str:
    """Return the partition, in an index, of one requestor's exports of one type."""
    return f"{shop}#person#{export_type}#{requestor_id}"


def person_of(partition: str) -> str:
    """Return the id of the requestor in a `person_list`, "" for ""."""
    # Shops and types have no `#`; an id can be any text.
    return partition.split("#", 3)[-1]


def people_list(shop: str, export_type: str) -> str:
    """Return the partition of the requestors who have exports of one type."""
    return f"{shop}#people#{export_type}"


def days_list(shop: str, export_type: str) -> str:
    """Return the partition of a shop's counters for one type: one item per day of creation."""
    return f"{shop}#days#{export_type}"


def pending_list(shop: str) -> str:
    """Return the partition of a shop's counters of pending exports: one item per requestor."""
    return f"{shop}#pending"


def list_partitions(shop: str, export_types: Iterable[str]) -> list[str]:
    """Return all partitions of a shop in the ExportLists table."""
    of_type = (exports_list, people_list, days_list)
    return [pending_list(shop), *(make(shop, name) for name in export_types for make in of_type)]


def idempotency_prefix(shop: str) -> str:
    """Return what the idempotency keys of a shop begin with."""
    return f"{shop}#"
