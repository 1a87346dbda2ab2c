"""What is not loaded fails an export that needs it: no cell is empty, no row is missing instead."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import Scope
from tests.catalog_files import make_stock, make_warehouse
from tests.factories import (
    fill,
    make_assigned,
    make_channel,
    make_product,
    make_service,
    make_value,
    make_variant,
)

OSLO = make_warehouse("oslo")["id"]


def test_a_category_that_is_not_loaded_fails_the_export_and_says_what_to_load() -> None:
    service = make_service()
    category = {"id": encode_global_id("Category", 1)}
    fill(service.source, "products", make_product(1, category=category))
    job = service.request(parameters={"fields": ["CATEGORY"]})
    service.work()
    ended = service.job(job)
    assert ended.status is JobStatus.FAILED
    assert "Load the categories, then export again." in (ended.message or "")


@pytest.mark.parametrize(
    ("condition", "missing"),
    [
        ({"categories": [encode_global_id("Category", 2)]}, "categories"),
        ({"search": "oak"}, "attributes"),
        ({"attributes": [{"slug": "wood", "values": ["oak"]}]}, "attributes"),
        ({"attributes": [{"slug": "wood"}]}, "attributes"),
        ({"stocks": {"warehouseIds": [OSLO], "quantity": {"gte": 1}}}, "warehouses"),
        ({"stockAvailability": "IN_STOCK"}, "warehouses"),
    ],
)
def test_a_filter_by_what_is_not_loaded_fails_the_export_and_says_what_to_load(
    condition: dict[str, Any], missing: str
) -> None:
    service, channel = make_service(), make_channel(1, "eu")
    # The category may lie below the wanted one, and the value may be the searched word.
    product = make_product(
        1,
        category={"id": encode_global_id("Category", 1)},
        attributes=[make_assigned("wood", make_value("Oak"))],
        variants=[make_variant(1, stocks=[make_stock("oslo", 1)])],
    )
    fill(service.source, "channels", channel)
    fill(service.source, "products", product)
    parameters = {"channels": [channel["id"]]}
    job = service.request(scope=Scope.FILTER, filter=condition, parameters=parameters)
    service.work()
    ended = service.job(job)
    assert ended.status is JobStatus.FAILED
    assert f"Load the {missing}, then export again." in (ended.message or "")
