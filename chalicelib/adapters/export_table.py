"""The layout of the tables that hold exports: keys, indexes and the attributes in them.

The adapters, the template, the permissions and the commands take names and keys from here. This
module imports nothing of AWS, so that the template can be made without it.
"""

from __future__ import annotations

from typing import Final

# The keys of the tables: the partition key, then the sort key.
FILES_KEY: Final = ("shop", "id")
EVENTS_KEY: Final = ("export_key", "date_id")
IDEMPOTENCY_KEY: Final = ("request_key",)

# The attributes with which DynamoDB removes items by itself: seconds since 1970.
FORGET_AT: Final = "forget_at_epoch"
EXPIRES_AT: Final = "expires_at_epoch"

BY_CREATED_AT: Final = "by_created_at"
BY_UPDATED_AT: Final = "by_updated_at"
BY_STATUS: Final = "by_status"
BY_DUE_AT: Final = "by_due_at"

# The indexes of one shop's exports, and the attribute that each one is sorted by.
LIST_INDEXES: Final = {
    BY_CREATED_AT: "created_at_id",
    BY_UPDATED_AT: "updated_at_id",
    BY_STATUS: "status_id",
}
# The schedule's index: only jobs that are due for something are in it.
DUE_KEY: Final = ("due_for", "due_at")
# The indexes hold these attributes too, so that a page filters without reading requests and plans.
LISTED: Final = (
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


def position(first: str, export_id: str) -> str:
    """Return a sort key of an index: the id breaks ties."""
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


def events_key(shop: str, export_id: str) -> str:
    """Return the partition of an export's events."""
    return f"{shop}#{export_id}"


def downloads_key(shop: str, export_id: str) -> str:
    """Return the partition of an export's downloads.

    They are apart from the events, whose types are the contract's.
    """
    return f"{shop}#{export_id}#downloads"


def happened_key(date: str, event_id: str) -> str:
    """Return the sort key of an event or a download: the order is that of the dates."""
    return f"{date}#{event_id}"


def idempotency_prefix(shop: str) -> str:
    """Return what the idempotency keys of a shop begin with."""
    return f"{shop}#"
