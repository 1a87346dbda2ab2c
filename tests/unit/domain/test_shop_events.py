from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.shop_events import (
    MAX_ID_CHARACTERS,
    AppEvent,
    ShopEvent,
    read_event,
)
from chalicelib.domain.sync import DICTIONARIES, EVERYTHING
from tests.fakes import START

TEA = {"id": encode_global_id("Product", 7)}
VARIANT = {"product": TEA}
APP = {"id": "QXBwOjE=", "isActive": True}
LONG = {"id": "x" * MAX_ID_CHARACTERS}


def make_body(name: str, **record: Any) -> dict[str, Any]:
    return {"__typename": name, "issuedAt": START.isoformat(), **record}


@pytest.mark.parametrize(
    ("body", "kind", "id"),
    [
        (make_body("ProductUpdated", product=TEA), "products", TEA["id"]),
        (
            make_body("ProductVariantUpdated", productVariant={"product": TEA}),
            "products",
            TEA["id"],
        ),
        (make_body("AttributeValueUpdated", attributeValue=LONG), "products", EVERYTHING),
        (make_body("AttributeValueDeleted"), "products", EVERYTHING),
        (make_body("CategoryCreated", category=LONG), DICTIONARIES, LONG["id"]),
        (make_body("CollectionDeleted", collection={"id": "c"}), DICTIONARIES, "c"),
        (make_body("WarehouseUpdated", warehouse={"id": "w"}), DICTIONARIES, "w"),
        (make_body("AttributeUpdated", attribute={"id": "a"}), DICTIONARIES, "a"),
    ],
)
def test_a_delivery_names_the_record_that_may_have_changed(
    body: dict[str, Any], kind: str, id: str
) -> None:
    assert read_event(body) == ShopEvent(kind=kind, id=id, issued_at=START)


@pytest.mark.parametrize(
    "record", [{}, {"productVariant": None}, {"productVariant": {"product": None}}]
)
def test_a_delivery_about_anything_else_changes_nothing(record: dict[str, Any]) -> None:
    assert read_event(make_body("AttributeValueCreated", **record)) is None


@pytest.mark.parametrize(
    ("name", "app", "is_active", "is_deleted"),
    [
        ("AppStatusChanged", APP, True, False),
        ("AppStatusChanged", APP | {"isActive": "yes"}, False, False),
        ("AppDeleted", {"id": "QXBwOjE="}, False, True),
    ],
)
def test_staff_switch_the_app_off_and_delete_it(
    name: str, app: dict[str, Any], *, is_active: bool, is_deleted: bool
) -> None:
    assert read_event(make_body(name, app=app)) == AppEvent(
        app_id="QXBwOjE=", is_active=is_active, is_deleted=is_deleted, issued_at=START
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"__typename": "X", "issuedAt": "2026-11-24T09:00:00"}, "issuedAt has no time zone"),
        (make_body("P", product={"id": encode_global_id("Order", 1)}), "not the id of a product"),
        (make_body("P", product={"id": encode_global_id("Product", "x")}), "."),
        (make_body("P", product={"id": 7}), "not a global id"),
        (make_body("C", category={"id": ""}), "not a global id"),
        (make_body("C", category={"id": "x" * (MAX_ID_CHARACTERS + 1)}), "not a global id"),
    ],
)
def test_a_body_that_saleor_does_not_send_is_refused(body: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{reason}"):
        read_event(body)


@pytest.mark.parametrize("missing", ["__typename", "issuedAt"])
def test_a_body_without_a_type_or_a_time_is_refused(missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        read_event({n: v for n, v in make_body("ProductUpdated").items() if n != missing})
