"""What is deleted with the data of a stack, and what waits."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from deploy.remains import names_of, remove
from deploy.template import make_template


class FakeKms:
    """A KMS that answers with this error, "" for none, and keeps what it was asked."""

    def __init__(self, error: str = "") -> None:
        self.error = error
        self.asked: list[dict[str, Any]] = []

    def schedule_key_deletion(self, **named: Any) -> None:
        self.asked.append(named)
        if self.error:
            raise ClientError({"Error": {"Code": self.error}}, "ScheduleKeyDeletion")


@pytest.mark.parametrize("error", ["", "NotFoundException", "KMSInvalidStateException"])
def test_a_key_without_data_is_deleted_after_a_month_unless_that_is_asked_already(
    error: str,
) -> None:
    kms = FakeKms(error)
    remove(lambda service: kms, {"ShopKey": "key-1"})
    assert kms.asked == [{"KeyId": "key-1", "PendingWindowInDays": 30}]


def test_a_refused_deletion_of_the_key_is_an_error() -> None:
    with pytest.raises(ClientError):
        remove(lambda service: FakeKms("AccessDeniedException"), {"ShopKey": "key-1"})


def test_the_key_of_the_stack_is_named_among_what_stays_and_that_of_the_operator_is_not() -> None:
    assert make_template()["Outputs"]["ShopKey"]["Condition"] == "WithoutKey"
    assert names_of({"ShopKey": "key-1", "ExportBucket": "files"}) == ["files", "key-1"]
    assert names_of({"ExportBucket": "files"}) == ["files"]
