from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from chalicelib.domain.idempotency import IdempotencyKey
from chalicelib.errors import LimitReached
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.requests.request_export import request_export
from tests.factories import Service, make_request, make_requestor, make_service, make_settings
from tests.fake_export_store import FakeExportFileStore

LIMIT = 3
AT_ONCE = 4


class StoreOfOneMoment(FakeExportFileStore):
    """A store whose first readers all count before any of them writes."""

    moment: Barrier | None = None

    def count_pending(self, shop: str) -> Counter[str]:
        counted = super().count_pending(shop)
        if self.moment:
            self.moment.wait(10)
        return counted


def test_requests_of_one_moment_pass_the_limit_by_no_more_than_their_number() -> None:
    store = StoreOfOneMoment()
    service = Service(settings=make_settings(pending_per_requestor=LIMIT), store=store)
    for _ in range(LIMIT - 1):
        service.request()
    store.moment = Barrier(AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda _: service.request(), range(AT_ONCE)))
    store.moment = None
    assert store.count_pending("default").total() == LIMIT - 1 + AT_ONCE
    with pytest.raises(LimitReached):
        service.request()


def test_requests_of_one_moment_with_the_same_key_are_one_export() -> None:
    store = StoreOfOneMoment()
    service = Service(store=store)
    store.moment = Barrier(AT_ONCE)
    now = service.clock.now()
    key = IdempotencyKey(text="default#key", fingerprint="body", expires_at=now + timedelta(days=1))

    def ask(_: int) -> str:
        return request_export(
            service.api, make_requestor(), EXPORT_TYPES["products"], make_request(), key
        ).id

    with ThreadPoolExecutor(AT_ONCE) as threads:
        assert len(set(threads.map(ask, range(AT_ONCE)))) == 1
    assert len(store.jobs) == len(service.queue.bodies) == 1


def test_all_exports_of_a_shop_count_towards_its_limit() -> None:
    service = make_service(products=1, settings={"pending_per_shop": 1})
    service.request(requestor=make_requestor(shop="other"))
    service.request()
    with pytest.raises(LimitReached, match="This shop has 1 export pending"):
        service.request(requestor=make_requestor(user=None, app=None))
