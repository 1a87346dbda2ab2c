"""Built-in templates, and templates whose parts are gone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain.request import Scope
from tests.catalog_files import id_of, make_warehouse
from tests.factories import fill, make_attribute, make_channel
from tests.unit.api.template_client import (
    PRODUCTS,
    built_in,
    columns_of,
    listed,
    make_client,
    run,
    save,
    saved_id,
)


def test_every_shop_has_built_in_templates_in_its_own_channels_and_warehouses() -> None:
    client = make_client()
    fill(client.service.source, "channels", make_channel(1, "pos"))
    fill(client.service.source, "warehouses", make_warehouse("oslo"))
    found = listed(client)
    assert list(found) == ["Price list", "Stock count", "Everything"]
    assert columns_of(found["Price list"])[3:] == ["variant.price.pos", "variant.currency.pos"]
    assert columns_of(found["Stock count"])[3:] == ["variant.stock.oslo", "variant.stock.total"]
    everything = set(columns_of(found["Everything"]))
    assert {"variant.price.pos", "product.slug", "product.description"} < everything
    # Its content would be there twice, and the column of taxes is always empty.
    assert everything.isdisjoint({"product.description.text", "product.charge_taxes"})


@pytest.mark.parametrize("key", ["price-list", "stock-count", "everything"])
def test_a_built_in_template_runs_and_cannot_be_changed(key: str) -> None:
    client = make_client()
    assert run(client, built_in(key))["exportFile"]["fileType"] == "XLSX"
    [error] = save(client, id=built_in(key))["errors"]
    assert error["message"] == "A built-in template cannot be changed. Save a copy instead."
    client.service.work()
    assert {job.status for job in client.service.store.jobs.values()} == {"SUCCESS"}


def test_the_last_export_is_a_template_of_whoever_asked_for_it() -> None:
    client = make_client()
    run(client, built_in("price-list"), title="May")
    assert "Last export" not in listed(client, "bob")
    again = run(client, built_in("last-export"))["exportFile"]
    assert json.loads(again["request"]) == json.loads(listed(client)["Last export"]["request"])
    assert again["title"] == "May"


GONE: Any = {
    "scope": "FILTER",
    "filter": {"categories": [id_of("Category", "teas")], "attributes": [{"slug": "brand"}]},
    "exportInfo": {"channels": [id_of("Channel", "pos")]},
    "fileType": "CSV",
}


def test_a_template_says_which_of_its_parts_are_gone() -> None:
    client = make_client()
    fill(client.service.source, "channels", make_channel(1, "pos"))
    fill(client.service.source, "attributes", make_attribute(1, "brand"))
    saved = saved_id(client, export={"products": GONE})
    client.service.source.records.clear()
    [error] = run(client, saved)["errors"]
    category = GONE["filter"]["categories"][0]
    assert error["message"].startswith(
        f"The template Names uses the channel Pos, the category {category}, the attribute brand,"
    )
    assert (error["field"], error["code"]) == ("id", "NOT_FOUND")
    assert listed(client)["Names"]["problem"] == error["message"]


def test_a_template_says_which_of_its_columns_are_gone() -> None:
    client = make_client()
    fill(client.service.source, "channels", make_channel(1, "pos"))
    columns = [{"key": "product.name"}, {"key": "variant.price.pos"}]
    saved = saved_id(client, export={"products": {**PRODUCTS["products"], "columns": columns}})
    client.service.source.records.clear()
    [error] = run(client, saved)["errors"]
    assert "the column variant.price.pos," in error["message"]
    assert run(client, saved, columns=columns[:1])["errors"] == []


def test_a_filter_beside_another_scope_does_not_count() -> None:
    client = make_client()
    saved = saved_id(client, export={"products": GONE})
    assert run(client, saved, scope=Scope.ALL, exportInfo=None)["errors"] == []
