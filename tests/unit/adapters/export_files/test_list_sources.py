"""The range of a list that is read for a filter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.aws.item_attributes import write_time
from chalicelib.adapters.export_files.list_entries import Range
from chalicelib.adapters.export_files.list_sources import in_order
from chalicelib.domain.export_list import ListFilter, ListRequest, SortField
from tests.fakes import START

LATER = START + timedelta(hours=1)


@pytest.mark.parametrize(
    ("wanted", "low"),
    [
        ({"created_from": START}, START),
        ({"updated_from": START, "created_from": LATER}, LATER),
        ({"updated_from": LATER, "created_from": START}, LATER),
    ],
)
def test_no_export_is_read_that_has_changed_before_the_time_of_creation_asked_for(
    wanted: dict[str, Any], low: Any
) -> None:
    filtered = ListFilter(export_types=frozenset({"products"}), **wanted)
    request = ListRequest(shop="default", filter=filtered, size=10, sort=SortField.UPDATED_AT)
    [source] = in_order(request)
    assert source.range == Range(write_time(low), None)
