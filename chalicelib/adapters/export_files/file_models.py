"""The items of the ExportFiles table as PynamoDB knows them: jobs, and the segments of jobs."""

from __future__ import annotations

from pynamodb.attributes import (
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.adapters.aws.item_attributes import Owned
from chalicelib.adapters.aws.pynamo import StoredModel
from chalicelib.adapters.export_files.table import BY_DUE_AT


class ByDueAt(GlobalSecondaryIndex["ExportFileItem"]):
    """The jobs that are due for something, of all shops."""

    class Meta:
        index_name = BY_DUE_AT
        projection = KeysOnlyProjection()

    due_for = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class ExportFileItem(Owned, StoredModel):
    """A job, a finished segment or the large request of a job. Indexes hold jobs only."""

    class Meta:
        table_name = "ExportFiles"

    shop = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)
    export_type = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)
    message_others = UnicodeAttribute(null=True)
    error_type = UnicodeAttribute(null=True)
    request = UnicodeAttribute(null=True)
    request_head = UnicodeAttribute(null=True)
    file_type = UnicodeAttribute(null=True)
    file_name = UnicodeAttribute(null=True)
    file_key = UnicodeAttribute(null=True)
    file_size_bytes = NumberAttribute(null=True)
    row_count = NumberAttribute(null=True)
    sha256 = UnicodeAttribute(null=True)
    crc32 = NumberAttribute(null=True)
    head_crc32 = NumberAttribute(null=True)
    raw_bytes = NumberAttribute(null=True)
    raw_crc32 = NumberAttribute(null=True)
    format_version = NumberAttribute(null=True)
    as_of = UnicodeAttribute(null=True)
    plan = UnicodeAttribute(null=True)
    segments_total = NumberAttribute(null=True)
    rows_total = NumberAttribute(null=True)
    segments_done = NumberSetAttribute(null=True)
    created_at = UnicodeAttribute(null=True)
    updated_at = UnicodeAttribute(null=True)
    expires_at = UnicodeAttribute(null=True)
    lease_owner = UnicodeAttribute(null=True)
    lease_until = UnicodeAttribute(null=True)
    attempts = NumberAttribute(null=True)
    cause = UnicodeAttribute(null=True)
    explained = NumberAttribute(null=True)
    # Stored as `told`, which jobs of earlier versions have.
    notifications = UnicodeSetAttribute(null=True, attr_name="told")
    notified_at = UnicodeAttribute(null=True)
    due_for = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    forget_at_epoch = NumberAttribute(null=True)
    link_key = UnicodeAttribute(null=True)
    language = UnicodeAttribute(null=True)

    # Version 0.1.0 wrote these attributes, for lists that were read from this table.
    created_at_id = UnicodeAttribute(null=True)
    updated_at_id = UnicodeAttribute(null=True)
    status_id = UnicodeAttribute(null=True)
    requestor_id = UnicodeAttribute(null=True)
    user_search = UnicodeAttribute(null=True)
    app_search = UnicodeAttribute(null=True)

    by_due_at = ByDueAt()
