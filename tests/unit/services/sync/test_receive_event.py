"""A delivery marks what may have changed, or follows the app's life. Its values are only hints."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from chalicelib.domain.shop import Installation, Shop
from chalicelib.domain.sync import SyncStep
from chalicelib.errors import EventRefused, Unavailable
from chalicelib.services.sync.receive_event import receive_event
from chalicelib.services.sync.sync_service import SyncService
from tests.sync_fakes import FakeMarkStore, FakeSyncQueue
from tests.unit.services.sync.test_register_shop import NAME, OURS, make_sync, register

SAMPLES: Final = Path(__file__).parents[5] / "shared/saleor/shop/samples"
PRODUCT: Final = {"id": "UHJvZHVjdDoxMjY="}


def make_installed() -> tuple[SyncService, Shop]:
    sync = make_sync()
    register(sync)
    shop = sync.shops.find(NAME)
    assert shop is not None
    return sync, shop


def make_event(sync: SyncService, *, ago: float = 1, **fields: Any) -> dict[str, Any]:
    issued_at = sync.clock.now() - timedelta(seconds=ago)
    return {"__typename": "ProductUpdated", "issuedAt": issued_at.isoformat(), **fields}


def marked(sync: SyncService) -> list[tuple[str, str]]:
    assert isinstance(sync.marks, FakeMarkStore)
    return [(mark.kind, mark.id) for mark in sync.marks.marks.values()]


def asked(sync: SyncService) -> list[SyncStep]:
    assert isinstance(sync.queue, FakeSyncQueue)
    return [message.step for message in sync.queue.sent]


def test_a_changed_product_is_marked_and_a_drain_asked_for() -> None:
    sync, shop = make_installed()
    receive_event(sync, shop, make_event(sync, product=PRODUCT))
    assert marked(sync) == [("products", PRODUCT["id"])]
    assert asked(sync)[-1] is SyncStep.CHANGED


def test_a_changed_variant_marks_its_product() -> None:
    sync, shop = make_installed()
    receive_event(sync, shop, make_event(sync, productVariant={"id": "x", "product": PRODUCT}))
    assert marked(sync) == [("products", PRODUCT["id"])]


@pytest.mark.parametrize("ago", [[5, 1], [1, 5], [1, 1]])
def test_doubled_and_reordered_deliveries_mark_once_since_the_earliest(ago: list[float]) -> None:
    sync, shop = make_installed()
    for seconds in ago:
        receive_event(sync, shop, make_event(sync, ago=seconds, product=PRODUCT))
    assert marked(sync) == [("products", PRODUCT["id"])]


def test_a_mark_that_cannot_be_stored_is_sent_again_by_the_shop() -> None:
    sync, shop = make_installed()

    def fail(marks: Any) -> None:
        raise Unavailable("The table of marks did not answer.")

    sync.marks.add = fail  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        receive_event(sync, shop, make_event(sync, product=PRODUCT))


def test_a_drain_that_cannot_be_asked_for_keeps_its_mark() -> None:
    sync, shop = make_installed()
    assert isinstance(sync.queue, FakeSyncQueue)
    sync.queue.is_down = True
    receive_event(sync, shop, make_event(sync, product=PRODUCT))
    assert marked(sync) == [("products", PRODUCT["id"])]


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (2 * 3600, "7,200 seconds ago. It came late, or the clock of the shop is slow."),
        (-2 * 3600, "7,200 seconds ahead of the time at Waybill, so the clock of the shop is fast"),
        (-301, "301 seconds ahead"),
    ],
)
def test_an_event_of_another_time_is_refused_and_the_log_says_how_far_its_clock_is_off(
    ago: float, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    sync, shop = make_installed()
    with pytest.raises(EventRefused, match=said):
        receive_event(sync, shop, make_event(sync, ago=ago, product=PRODUCT))
    assert marked(sync) == []
    [refused] = [one for one in caplog.records if one.getMessage() == "event of another time"]
    assert vars(refused)["skew_seconds"] == -ago


@pytest.mark.parametrize("ago", [3600, 0, -300])
def test_an_event_of_about_now_is_taken(ago: float) -> None:
    sync, shop = make_installed()
    receive_event(sync, shop, make_event(sync, ago=ago, product=PRODUCT))
    assert marked(sync) == [("products", PRODUCT["id"])]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"issuedAt": "2026-11-24T09:30:00"},
        {"issuedAt": 5, "__typename": "ProductUpdated"},
        {"issuedAt": "yesterday", "__typename": "ProductUpdated"},
        {"issuedAt": "2026-11-24T09:30:00+00:00", "__typename": "ProductUpdated", "product": 5},
    ],
)
def test_a_body_that_saleor_does_not_send_is_refused(body: dict[str, Any]) -> None:
    sync, shop = make_installed()
    with pytest.raises(EventRefused):
        receive_event(sync, shop, body)


def test_an_event_of_something_else_changes_nothing() -> None:
    sync, shop = make_installed()
    receive_event(sync, shop, make_event(sync, order={"id": "T3JkZXI6MQ=="}))
    assert marked(sync) == []


@pytest.mark.parametrize("is_active", [False, True])
def test_the_app_is_switched_as_staff_switch_it(is_active: bool) -> None:
    sync, shop = make_installed()
    app = {"id": OURS.id, "isActive": is_active}
    receive_event(sync, shop, make_event(sync, app=app) | {"__typename": "AppStatusChanged"})
    found = sync.shops.find(NAME)
    assert found is not None
    assert found.is_active is is_active
    assert (asked(sync)[1:] == [SyncStep.CONNECT]) is is_active


def test_a_deleted_app_loses_its_token_at_once_and_its_data_later() -> None:
    sync, shop = make_installed()
    app = {"id": OURS.id}
    receive_event(sync, shop, make_event(sync, app=app) | {"__typename": "AppDeleted"})
    found = sync.shops.find(NAME)
    assert found is not None
    assert (found.status, found.sealed_token) == (Installation.REMOVED, None)
    assert found.forget_at == sync.clock.now() + timedelta(days=7)


def test_an_event_of_an_earlier_installation_is_ignored() -> None:
    sync, shop = make_installed()
    app = {"id": "QXBwOjc="}
    receive_event(sync, shop, make_event(sync, app=app) | {"__typename": "AppDeleted"})
    found = sync.shops.find(NAME)
    assert found is not None
    assert found.is_active


@pytest.mark.skipif(not SAMPLES.exists(), reason="the contract's data is not here")
def test_recorded_deliveries_are_understood() -> None:
    sync, shop = make_installed()
    for path in SAMPLES.glob("delivery-product_*.json"):
        for one in json.loads(path.read_text()).values():
            body = one["body"] | {"issuedAt": sync.clock.now().isoformat()}
            if "product" in body.get("productVariant", body):
                receive_event(sync, shop, body)
    assert {kind for kind, _ in marked(sync)} == {"products"}
