"""What every `SyncedCatalog` promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from chalicelib.domain.shop_ports import SyncedCatalog

NOW: Final = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SHOP: Final = "demo.shop.example"


def make_document(number: int, name: str = "Tea", **facts: Any) -> dict[str, Any]:
    updated_at = "2026-11-01 08:00:00+00:00"
    return {"name": name, "facts": {"number": number, "updated_at": updated_at, **facts}}


def store(synced: SyncedCatalog, *numbers: int, name: str = "Tea") -> int:
    documents = {number: make_document(number, name) for number in numbers}
    return synced.store(SHOP, "products", documents, NOW)


def stored(synced: SyncedCatalog) -> list[int]:
    return sorted(synced.find_times(SHOP, "products"))


def test_stored_records_are_found_in_all_buckets(synced: SyncedCatalog) -> None:
    assert store(synced, 1, 499, 500, 7_001) == 4
    assert stored(synced) == [1, 499, 500, 7_001]


def test_records_beside_the_stored_ones_stay(synced: SyncedCatalog) -> None:
    store(synced, 1, 2)
    store(synced, 2, 3, name="Coffee")
    assert stored(synced) == [1, 2, 3]


def test_only_what_differs_counts_as_changed(synced: SyncedCatalog) -> None:
    store(synced, 1, 2)
    assert store(synced, 1, 2) == 0
    assert store(synced, 2, 3, name="Coffee") == 2


def test_times_are_those_of_the_latest_part(synced: SyncedCatalog) -> None:
    touched = make_document(1, touched_at="2026-11-02 08:00:00+00:00")
    synced.store(SHOP, "products", {1: touched, 2: make_document(2), 4: make_document(4)}, NOW)
    times = synced.find_times(SHOP, "products", [1, 2, 3])
    assert times == {
        1: datetime(2026, 11, 2, 8, tzinfo=UTC),
        2: datetime(2026, 11, 1, 8, tzinfo=UTC),
    }


def test_what_was_read_earlier_replaces_neither_a_later_record_nor_its_removal(
    synced: SyncedCatalog,
) -> None:
    earlier, tea = NOW - timedelta(minutes=1), {1: make_document(1)}
    store(synced, 1, name="Coffee")
    assert synced.store(SHOP, "products", tea, earlier) == 0
    assert synced.remove(SHOP, "products", [1], earlier) == 0
    assert synced.remove(SHOP, "products", [1], NOW) == 1
    assert synced.store(SHOP, "products", tea, earlier) == 0
    assert stored(synced) == []
    assert synced.store(SHOP, "products", tea, NOW + timedelta(minutes=1)) == 1


def test_removed_records_are_gone_and_counted_once(synced: SyncedCatalog) -> None:
    store(synced, 1, 2, 700)
    assert synced.remove(SHOP, "products", [2, 3, 700], NOW) == 2
    assert synced.remove(SHOP, "products", [2, 700], NOW) == 0
    assert stored(synced) == [1]


def test_prints_are_those_of_the_records_asked_for(synced: SyncedCatalog) -> None:
    documents = {number: make_document(number) for number in (1, 2, 501, 1_001)}
    prints = {number: f"print {number}" for number in documents}
    synced.store(SHOP, "products", documents, NOW, prints)
    store(synced, 3)
    found = synced.find_prints(SHOP, "products", [1, 3, 501, 9_000])
    assert found == {1: "print 1", 501: "print 501"}


def test_facts_are_those_of_the_records_asked_for_or_of_all(synced: SyncedCatalog) -> None:
    documents = {n: make_document(n, slug=f"tea-{n}") for n in (*range(1, 15), 501, 1_001)}
    synced.store(SHOP, "products", documents, NOW)
    found = dict(synced.find_facts(SHOP, "products", [2, 9, 501, 700]))
    assert {number: facts["slug"] for number, facts in found.items()} == {
        2: "tea-2",
        9: "tea-9",
        501: "tea-501",
    }
    assert dict(synced.find_facts(SHOP, "products")).keys() == documents.keys()


def test_a_dictionary_is_replaced_whole(synced: SyncedCatalog) -> None:
    one, two = {"id": "a", "name": "A"}, {"id": "b", "name": "B"}
    assert synced.replace(SHOP, "categories", {1: one, 9_000: two}) == {}
    assert synced.replace(SHOP, "categories", {1: one}) == {1: one, 9_000: two}
    assert synced.replace(SHOP, "categories", {1: one}) == {1: one}
    assert sorted(synced.find_times(SHOP, "categories")) == [1]


def test_a_dictionary_that_changes_holds_the_later_documents(synced: SyncedCatalog) -> None:
    first = {1: {"id": "a", "name": "A"}, 2: {"id": "b", "name": "B"}}
    second = {1: {"id": "a", "name": "Z"}, 2: {"id": "b", "name": "B"}}
    synced.replace(SHOP, "categories", first)
    assert synced.replace(SHOP, "categories", second) == first
    assert synced.replace(SHOP, "categories", {}) == second
    assert synced.replace(SHOP, "categories", {}) == {}


def test_another_shop_has_another_catalogue(synced: SyncedCatalog) -> None:
    store(synced, 1)
    assert synced.find_times("other.example", "products") == {}


def test_all_records_of_a_kind_are_removed_and_those_of_other_kinds_stay(
    synced: SyncedCatalog,
) -> None:
    store(synced, 1, 700)
    synced.replace(SHOP, "categories", {7: {"id": "7", "name": "A"}})
    synced.remove_all(SHOP, "products")
    assert stored(synced) == []
    assert synced.replace(SHOP, "categories", {}).keys() == {7}
