"""`freshness: LIVE`: stocks, prices and publication in the file are those of the moment."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from chalicelib.adapters.live.facts import PAUSES_SECONDS, SILENT, ShopFacts
from chalicelib.adapters.live.reader import REFUSED
from chalicelib.adapters.outside_http import Answer
from chalicelib.adapters.saleor.client import SaleorApi
from chalicelib.adapters.saleor.live import SaleorLive
from chalicelib.domain.currency import NOT_CONNECTED, REFRESHED
from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import Scope
from chalicelib.domain.retry_policy import RELEASED_SECONDS
from chalicelib.domain.sync import SyncStep
from chalicelib.errors import Throttled
from chalicelib.services.sync.ensure_current import SyncCurrency
from chalicelib.services.work.recover_exports import recover_exports
from tests import shop_changes
from tests.factories import Service, make_requestor, make_service
from tests.sync_world import NAME, FakeWire, SyncWorld, make_fake_api, make_world
from tests.synced_service import make_synced_service, store

SILENT_CHANGES = ["fulfilment", "order placed", "publication", "price or cost", "stock"]


@dataclass
class LiveWorld:
    """A connected shop whose catalogue is stored, and the service that exports it."""

    world: SyncWorld
    service: Service
    wire: FakeWire
    pauses: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        records = SaleorLive(SaleorApi(self.wire))  # type: ignore[arg-type]
        self.service.worker = replace(
            self.service.worker,
            facts=ShopFacts(records, self.world.sync.connect_by_name, self.pauses.append),
            currency=SyncCurrency(self.world.sync),
        )

    def change(self, name: str, number: int = 0) -> None:
        """Change a product so that nothing tells of it."""
        product = self.world.shop.all("products")[number]
        shop_changes.OF_PRODUCTS[name].make(self.world.shop, product, 77)

    def export(self, freshness: str = "LIVE", **given: Any) -> ExportFile:
        """Export all columns that change without an event."""
        self.world.ask(SyncStep.RECONCILE)
        parameters = {"freshness": freshness, "fields": ["NAME"], **self._columns()}
        asker = make_requestor(shop=NAME)
        job = self.service.request(requestor=asker, parameters=parameters, **given)
        self.service.work()
        return self.service.job(job)

    def _columns(self) -> dict[str, Any]:
        kinds = ("warehouses", "channels")
        return {kind: [one["id"] for one in self.world.shop.all(kind)] for kind in kinds}


def make(products: int = 3, **settings: Any) -> LiveWorld:
    world = make_world(api=make_fake_api(products))
    world.install()
    world.pass_time(600)
    return LiveWorld(world, make_synced_service(world, **settings), FakeWire(world.server))


def file_of(live: LiveWorld, job: ExportFile) -> str:
    assert job.status == "SUCCESS", job.message
    return live.service.file_of(job).decode()


def expected(live: LiveWorld, **given: Any) -> str:
    """The file of a catalogue that has the shop as it is now."""
    live.service.source.directory[NAME, "products"].clear()
    store(live.service, "products", live.world.expected())
    return file_of(live, live.export("CURRENT", **given))


@pytest.mark.parametrize("name", SILENT_CHANGES)
def test_a_change_that_nothing_told_of_is_in_a_live_export(name: str) -> None:
    live = make()
    before = file_of(live, live.export())
    live.change(name)
    after = file_of(live, live.export())
    assert after == expected(live)
    assert (after != before) is (name != "order placed")


def test_a_filter_decides_by_the_facts_of_now() -> None:
    live = make()
    channel = live.world.shop.all("channels")[0]["id"]
    for listing in live.world.shop.all("products")[1]["channelListings"]:
        listing["isPublished"] = not listing["isPublished"]
    given: dict[str, Any] = {"scope": Scope.FILTER, "filter": {"isPublished": False}}
    live._columns = lambda: {"channels": [channel]}  # type: ignore[method-assign]
    assert file_of(live, live.export(**given)) == expected(live, **given)


def test_the_shop_is_asked_for_the_exported_products_alone() -> None:
    live = make(products=5)
    ids = [live.world.shop.all("products")[place]["id"] for place in (1, 3)]
    live.export(scope=Scope.IDS, ids=tuple(ids))
    live.export(scope=Scope.FILTER, filter={"ids": ids})
    assert [one["ids"] for one in live.wire.variables] == [ids, ids]


def test_one_request_asks_for_a_hundred_products() -> None:
    live = make(products=230)
    assert file_of(live, live.export()).count("\n") > 230
    assert [len(one["ids"]) for one in live.wire.variables] == [100, 100, 30]


def test_a_worker_asks_a_slow_shop_for_no_more_products_than_its_time_allows() -> None:
    live = make(segment_records=20_000)
    ids = tuple(encode_global_id("Product", number) for number in range(900_000, 906_000))
    assert live.export(scope=Scope.IDS, ids=ids).segments_total == 2


def test_the_age_of_these_facts_is_now() -> None:
    live = make()
    fresh, stored = live.export().as_of, live.export("CURRENT").as_of
    assert {fresh[facts] for facts in REFRESHED} == {live.world.clock.now()}
    assert max(stored[facts] for facts in REFRESHED) < live.world.clock.now()


def test_a_product_that_is_gone_is_not_in_the_file() -> None:
    live = make()
    gone = live.world.shop.all("products")[0]
    del live.world.shop.records["products"][gone["id"]]
    assert gone["id"] not in file_of(live, live.export())


def test_a_shop_that_stays_silent_fails_the_export_with_a_sentence() -> None:
    live = make()
    live.world.server.faults.answers[:] = [503] * 10
    job = live.export()
    assert (job.status, job.message) == ("FAILED", SILENT)
    assert len(live.pauses) == 3


def test_a_shop_that_is_back_in_a_moment_costs_nothing_but_the_moment() -> None:
    live = make()
    live.world.server.faults.answers[:] = [503, 429]
    assert file_of(live, live.export()) == expected(live)
    assert live.pauses == [PAUSES_SECONDS[0], 0]


def test_a_shop_that_asks_for_a_long_pause_is_asked_again_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live = make()
    busy = Answer(429, {"retry-after": "60"}, b"")
    with monkeypatch.context() as patch:
        patch.setattr(FakeWire, "send", lambda *given, **named: busy)
        with pytest.raises(Throttled):
            live.export()
    live.service.clock.advance(RELEASED_SECONDS)
    recover_exports(live.service.worker)
    live.service.work()
    [job] = live.service.store.jobs.values()
    assert (live.pauses, job.status) == ([], "SUCCESS")


def test_an_answer_as_to_a_shopper_fails_the_export() -> None:
    live = make()
    live.world.server.faults.is_anonymous = True
    assert live.export().message == REFUSED


def test_a_product_that_the_shop_cannot_show_is_named() -> None:
    live = make()
    broken = live.world.shop.all("products")[1]
    broken["variants"][0]["stocks"][0]["quantity"] = "many"
    assert broken["id"] in (live.export().message or "")


def test_a_catalogue_that_was_loaded_by_hand_has_no_facts_of_now() -> None:
    service = make_service(products=1)
    job = service.request(parameters={"freshness": "LIVE"})
    service.work()
    assert (service.job(job).status, service.job(job).message) == ("FAILED", NOT_CONNECTED)


def test_at_most_two_segments_ask_the_shop_at_once() -> None:
    live = make(products=3, segments_in_flight=8)
    requests = [live.service.request(parameters={"freshness": one}) for one in ("LIVE", "CURRENT")]
    assert list(map(live.service.worker.segments_in_flight, requests)) == [2, 8]
