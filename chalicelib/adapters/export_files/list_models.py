"""The items of the ExportLists table as PynamoDB knows them: list entries, people and counters."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.adapters.aws.pynamo import StoredModel
from chalicelib.adapters.export_files.table import BY_CHANGE, BY_PERSON, BY_STATUS


class ByChange(GlobalSecondaryIndex["ExportListItem"]):
    """The exports of a shop and type in the order of their last change."""

    class Meta:
        index_name = BY_CHANGE
        projection = AllProjection()

    partition = UnicodeAttribute(hash_key=True)
    updated_at_id = UnicodeAttribute(range_key=True)


class ByStatus(GlobalSecondaryIndex["ExportListItem"]):
    """The exports of a shop, type and status in the order of their creation."""

    class Meta:
        index_name = BY_STATUS
        projection = AllProjection()

    status_list = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)


class ByPerson(GlobalSecondaryIndex["ExportListItem"]):
    """The exports of a shop, type and requestor in the order of their creation."""

    class Meta:
        index_name = BY_PERSON
        projection = AllProjection()

    person_list = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)


class ExportListItem(StoredModel):
    """An item of one of four kinds.

    The entry of an export, a requestor of a type's exports, the counters of a day, or the counter
    of a requestor's pending exports. `table` has the keys of each.
    """

    class Meta:
        table_name = "ExportLists"

    partition = UnicodeAttribute(hash_key=True)
    position = UnicodeAttribute(range_key=True)
    forget_at_epoch = NumberAttribute(null=True)

    # Of an entry.
    id = UnicodeAttribute(null=True)
    export_type = UnicodeAttribute(null=True)
    status = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute(null=True)
    updated_at = UnicodeAttribute(null=True)
    updated_at_id = UnicodeAttribute(null=True)
    status_list = UnicodeAttribute(null=True)
    person_list = UnicodeAttribute(null=True)
    user_search = UnicodeAttribute(null=True)
    app_search = UnicodeAttribute(null=True)
    requestor_name = UnicodeAttribute(null=True)
    row_count = NumberAttribute(null=True)

    # Of a requestor: the texts under which they have ever asked.
    user_texts = UnicodeSetAttribute(null=True)
    app_texts = UnicodeSetAttribute(null=True)

    # Of a day; `pending` is of a requestor too.
    pending = NumberAttribute(null=True)
    success = NumberAttribute(null=True)
    failed = NumberAttribute(null=True)
    deleted = NumberAttribute(null=True)
    rows = NumberAttribute(null=True)

    by_change = ByChange()
    by_status = ByStatus()
    by_person = ByPerson()
