"""What every `ExportFileStore` promises about lists, totals and statistics."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.export_list import Day, ListedExport, SortField
from chalicelib.domain.ports import ExportFileStore
from chalicelib.domain.requestor import User
from chalicelib.domain.transitions import delete, fail
from chalicelib.exports.registry import EXPORT_TYPES
from tests.factories import ANN, make_app
from tests.fake_moment import make_moment
from tests.fakes import START
from tests.integration.ports.jobs import LATER, add, add_finished, make_list_request

BOB = User(id="VXNlcjoy", email="bob@shop.example", first_name="Bob", last_name="Ray")
TYPES = frozenset(EXPORT_TYPES)


def ids(jobs: Any) -> list[str]:
    return [job.id for job in jobs]


def walk(store: ExportFileStore, size: int, **given: Any) -> Iterator[ExportFile]:
    """Yield a whole list, page by page in its direction."""
    backward, position = given.get("backward", False), None
    while True:
        bound = {"before" if backward else "after": position}
        page = store.list(make_list_request(size, **given, **bound))
        yield from reversed(page.exports) if backward else page.exports
        if not (page.has_previous if backward else page.has_next):
            return
        position = page.start if backward else page.end


def test_pages_continue_in_both_directions(store: ExportFileStore) -> None:
    jobs = [add(store, minute=minute).id for minute in range(7)]
    first = store.list(make_list_request(3))
    assert (ids(first.exports), first.has_next, first.has_previous) == (jobs[:3], True, False)
    second = store.list(make_list_request(3, after=first.end))
    assert (ids(second.exports), second.has_next, second.has_previous) == (jobs[3:6], True, True)
    back = store.list(make_list_request(2, before=second.start, backward=True))
    assert (ids(back.exports), back.has_previous, back.has_next) == (jobs[1:3], True, True)
    newest = store.list(make_list_request(2, descending=True))
    assert ids(newest.exports) == [jobs[6], jobs[5]]


def test_an_empty_list_has_no_positions(store: ExportFileStore) -> None:
    page = store.list(make_list_request(count=True))
    assert (page.exports, page.has_next, page.start, page.end, page.total) == (
        (),
        False,
        None,
        None,
        0,
    )


def fill(store: ExportFileStore) -> list[ExportFile]:
    """Twelve exports of several types, people and statuses, some of the same moment."""
    people: list[dict[str, Any]] = [{"user": ANN}, {"user": BOB}, {"app": make_app()}]
    for number in range(12):
        who = people[number % 3]
        minute, export_type = number // 2, sorted(TYPES)[number % len(TYPES)]
        job = add(store, minute=minute, export_type=export_type, **who)
        if number % 4 == 1:
            store.save(fail(job, "No.", error_type="E", now=job.created_at + timedelta(hours=1)))
    return list(store.list(make_list_request(100)).exports)


@pytest.mark.parametrize("sort", SortField)
def test_a_walk_sees_each_export_once_and_in_order(store: ExportFileStore, sort: SortField) -> None:
    def key(job: ExportFile) -> tuple[Any, ...]:
        moment = job.updated_at if sort is SortField.UPDATED_AT else job.created_at
        return (job.status if sort is SortField.STATUS else "", moment, job.id)

    jobs = fill(store)
    for descending, backward, size in product((False, True), (False, True), (1, 5)):
        wanted = ids(sorted(jobs, key=key, reverse=descending is not backward))
        seen = walk(store, size, sort=sort, descending=descending, backward=backward)
        assert ids(seen) == wanted, (descending, backward, size)


MINUTE = timedelta(minutes=1)
FILTERS: list[dict[str, Any]] = [
    {},
    {"status": JobStatus.FAILED},
    {"user": "ANN@"},
    {"user": "ray", "status": JobStatus.PENDING},
    {"app": "rob"},
    {"user": "shop.example"},
    {"user": "nobody"},
    {"user": "ann", "app": "rob"},
    {"export_types": frozenset({"gift_cards"})},
    {"export_types": frozenset({"gift_cards", "products"}), "status": JobStatus.FAILED},
    {"created_from": START + 2 * MINUTE},
    {"created_to": START + 2 * MINUTE},
    {"created_from": START + MINUTE, "created_to": START + 3 * MINUTE},
    {"created_from": START + 3 * MINUTE, "created_to": START + MINUTE},
    {"updated_from": START + timedelta(hours=1)},
    {"updated_to": START + 2 * MINUTE, "created_from": START + MINUTE},
    {"updated_from": START + 2 * MINUTE, "updated_to": START + MINUTE},
    {"updated_from": START + timedelta(hours=1), "user": "ray"},
    {"updated_to": START + 2 * MINUTE, "user": "ray"},
    {"updated_from": START + MINUTE, "updated_to": START + 3 * MINUTE, "app": "rob"},
    {"updated_to": START + 2 * MINUTE, "status": JobStatus.PENDING},
    {"created_to": START + 3 * MINUTE, "user": "ann", "status": JobStatus.PENDING},
    {"created_from": START - timedelta(days=2), "created_to": START + timedelta(days=2)},
]


def passes(job: ExportFile, wanted: dict[str, Any]) -> bool:
    user = f"{job.user.email} {job.user.last_name}".casefold() if job.user else ""
    app = job.app.name.casefold() if job.app else ""
    always = datetime.min.replace(tzinfo=START.tzinfo), datetime.max.replace(tzinfo=START.tzinfo)
    return (
        job.request.export_type in wanted.get("export_types", TYPES)
        and job.status is wanted.get("status", job.status)
        and wanted.get("user", "").casefold() in user
        and wanted.get("app", "").casefold() in app
        and wanted.get("created_from", always[0]) <= job.created_at
        and job.created_at <= wanted.get("created_to", always[1])
        and wanted.get("updated_from", always[0]) <= job.updated_at
        and job.updated_at <= wanted.get("updated_to", always[1])
    )


def test_every_filter_works_in_every_order_and_is_counted(store: ExportFileStore) -> None:
    jobs = fill(store)
    for wanted, sort in product(FILTERS, SortField):
        found = {job.id for job in jobs if passes(job, wanted)}
        seen = ids(walk(store, 4, filter=wanted, sort=sort, descending=True))
        assert (len(seen), set(seen)) == (len(found), found), (wanted, sort)
        page = store.list(make_list_request(0, filter=wanted, sort=sort, count=True))
        assert page.total == len(found), (wanted, sort)


@pytest.mark.parametrize("day", range(-1, 3))
def test_an_export_at_midnight_is_counted_once(store: ExportFileStore, day: int) -> None:
    midnight = START.replace(hour=0, minute=0, second=0, microsecond=0)
    at = (midnight + timedelta(days=day) - START) // MINUTE
    add(store, minute=at)
    noon = {"created_from": START - timedelta(days=2), "created_to": START + timedelta(days=2)}
    whole = {"created_from": midnight, "created_to": midnight + timedelta(days=2)}
    for wanted, count in ((noon, 1), (whole, int(day >= 0))):
        assert store.list(make_list_request(0, filter=wanted, count=True)).total == count


def test_positions_that_are_not_in_order_are_an_empty_page(store: ExportFileStore) -> None:
    fill(store)
    for sort in SortField:
        page = store.list(make_list_request(3, sort=sort))
        crossed = make_list_request(3, sort=sort, after=page.end, before=page.start)
        assert store.list(crossed).exports == ()


def test_an_export_is_listed_as_it_is_now(store: ExportFileStore) -> None:
    done = add_finished(store)
    deleted = delete(done, now=LATER + MINUTE)
    store.save(deleted)
    for status in JobStatus:
        page = store.list(make_list_request(count=True, filter={"status": status}))
        found = [deleted.after] if status is JobStatus.DELETED else []
        assert (list(page.exports), page.total) == (found, len(found))


def test_pending_jobs_are_counted_by_requestor(store: ExportFileStore) -> None:
    add(store)
    add_finished(store, minute=1)
    add(store, minute=2)
    add(store, app=make_app())
    add(store, shop="other")
    assert store.count_pending("default") == {ANN.id: 2, make_app().id: 1}
    assert store.count_pending("nobody") == {}


def test_days_count_what_became_of_their_exports(store: ExportFileStore) -> None:
    add(store)
    add_finished(store, export_type="gift_cards")
    store.save(fail(add(store), "No.", error_type="E", now=LATER))
    add_finished(store, minute=24 * 60)
    add(store, minute=48 * 60)
    today = START.date()
    wanted = frozenset({"products", "gift_cards"}), today, today + timedelta(days=1)
    assert list(store.count_days("default", *wanted)) == [
        Day(today, exports=3, failed=1, rows=1),
        Day(today + timedelta(days=1), exports=1, failed=0, rows=1),
    ]
    assert list(store.count_days("default", frozenset({"gift_cards"}), today, date.max)) == [
        Day(today, exports=1, rows=1)
    ]


def test_a_day_keeps_the_rows_of_files_that_are_removed(store: ExportFileStore) -> None:
    job = add_finished(store)
    before = list(store.count_days("default", frozenset({"products"}), START.date(), date.max))
    store.save(delete(job, now=LATER))
    after = list(store.count_days("default", frozenset({"products"}), START.date(), date.max))
    assert (before, after) == ([Day(START.date(), exports=1, rows=1)], before)


def test_recent_exports_come_newest_first(store: ExportFileStore) -> None:
    add(store, minute=-1)
    done = add_finished(store, minute=0)
    add(store, minute=1, export_type="gift_cards")
    recent = store.find_recent("default", TYPES, START, 10)
    assert [one.export_type for one in recent] == ["gift_cards", "products"]
    assert recent[1] == ListedExport(
        export_type="products",
        status=JobStatus.SUCCESS,
        created_at=done.created_at,
        updated_at=done.updated_at,
        row_count=1,
        requestor_id=ANN.id,
        requestor_name="Ann Lee",
        requestor_search=ANN.email,
    )


def test_no_more_recent_exports_come_than_are_wanted(store: ExportFileStore) -> None:
    add(store)
    add(store, minute=1)
    assert len(store.find_recent("default", TYPES, START, 1)) == 1


def test_recent_exports_say_by_what_a_filter_finds_those_of_the_requestor(
    store: ExportFileStore,
) -> None:
    add(store)
    add(store, minute=1, user=None, app=make_app())
    robot, ann = store.find_recent("default", TYPES, START, 10)
    assert (robot.requestor_search, ann.requestor_search) == ("robot", ANN.email)


def test_recent_exports_name_who_asked_for_them(store: ExportFileStore) -> None:
    add(store)
    add(store, minute=1, user=None, app=make_app())
    robot, ann = store.find_recent("default", TYPES, START, 10)
    assert (ann.requestor_id, ann.requestor_name, ann.is_app) == (ANN.id, "Ann Lee", False)
    found = (robot.requestor_id, robot.requestor_name, robot.is_app)
    assert found == (make_app().id, "Robot", True)


@pytest.mark.parametrize("sort", SortField)
def test_a_list_continues_after_each_of_its_exports(
    store: ExportFileStore, sort: SortField
) -> None:
    jobs = [add(store, minute=minute).id for minute in range(3)]
    whole = store.list(make_list_request(3, sort=sort))
    assert len(whole.positions) == 3
    for place, position in enumerate(whole.positions, start=1):
        rest = store.list(make_list_request(3, sort=sort, after=position))
        assert ids(rest.exports) == jobs[place:]


@pytest.mark.parametrize(
    ("bound", "home"),
    [("created_from", "America/Los_Angeles"), ("created_to", "Asia/Tokyo")],
)
def test_days_are_counted_in_utc_in_whatever_zone_a_computer_is(
    store: ExportFileStore, bound: str, home: str
) -> None:
    midnight = START.replace(hour=0, minute=0)
    before, after = (add(store, minute=(midnight - START) // MINUTE + at) for at in (60, 1_380))
    edge = make_moment(midnight + timedelta(hours=2 if bound == "created_from" else 20), home)
    page = store.list(make_list_request(filter={bound: edge}, count=True))
    assert ids(page.exports) == [after.id if bound == "created_from" else before.id]
    assert page.total == 1
