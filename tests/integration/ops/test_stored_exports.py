from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib.domain.export_file import ExportFile, FileResult, planned
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.progress import SegmentProgress
from chalicelib.domain.request import ExportRequest
from chalicelib.domain.requestor import Requestor, User
from chalicelib.domain.segment import Segment, SegmentPlan
from chalicelib.domain.transitions import create, fail, retry, succeed
from chalicelib.errors import ExportFailed
from chalicelib.settings import Settings
from ops.cli import commands
from ops.progress import check_success, rows_so_far, wait_for_end
from ops.stored_exports import describe, open_store

pytestmark = pytest.mark.usefixtures("dynamodb")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANNA = Requestor(shop="default", user=User(id="VXNlcjox", email="anna@example.com"))
RESULT = FileResult(file_key="key", size_bytes=2048, row_count=1234)


def run(*words: str) -> Result:
    return CliRunner().invoke(commands, words, catch_exceptions=False)


def store_export(
    minutes: int = 0, export_type: str = "products", *, finished: bool = False
) -> ExportFile:
    now, store = NOW + timedelta(minutes=minutes), open_store(Settings())
    request = ExportRequest(export_type=export_type)
    made = create(
        request=request, requestor=ANNA, file_name="file.csv", now=now, retention_seconds=3600
    )
    store.create(made)
    if finished:
        store.save(succeed(made.after, RESULT, now=now + timedelta(seconds=9)))
    return made.after


def test_the_list_begins_with_the_newest() -> None:
    old, new = store_export(1), store_export(2, finished=True)
    lines = run("exports", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["id", new.id, old.id]
    assert "SUCCESS  100%      1,234  anna@example.com" in lines[1]


@pytest.mark.parametrize(
    ("limit", "said"),
    [("1", "older exports than this one"), ("2", "older exports than these 2"), ("3", "")],
)
def test_a_list_says_that_it_may_leave_out_older_exports(limit: str, said: str) -> None:
    store_export(1), store_export(2)
    answer = run("exports", "list", "--limit", limit)
    assert len(answer.stdout.splitlines()) == 1 + min(int(limit), 2)
    assert (said in answer.stderr, bool(answer.stderr)) == (True, bool(said))


@pytest.mark.parametrize("given", ["", "nix", encode_global_id("Product", "1")])
@pytest.mark.parametrize("verb", ["show", "watch"])
def test_what_cannot_be_an_id_is_named(verb: str, given: str) -> None:
    answer = CliRunner().invoke(commands, ["exports", verb, given])
    assert answer.exit_code == 1
    assert "is not the id of an export" in str(answer.exception)


@pytest.mark.parametrize("word", ["gift-cards", "gift_cards"])
def test_the_list_can_be_narrowed_to_a_status_and_a_type(word: str) -> None:
    store_export(1), store_export(2, finished=True)
    wanted = store_export(3, "gift_cards", finished=True)
    listed = json.loads(
        run("exports", "list", "--status", "SUCCESS", "--type", word, "--json").stdout
    )
    assert [export["key"] for export in listed] == [wanted.id]


@pytest.mark.parametrize("named", [str, lambda key: encode_global_id("ExportFile", key)])
def test_show_tells_an_export_with_its_events(named: Any) -> None:
    export_id = named(store_export(finished=True).id)
    shown = json.loads(run("exports", "show", export_id, "--json").stdout)
    assert (shown["status"], shown["row_count"], shown["requestor"]) == (
        "SUCCESS",
        1234,
        "anna@example.com",
    )
    assert [event["type"] for event in shown["events"]] == ["EXPORT_PENDING", "EXPORT_SUCCESS"]
    assert "EXPORT_SUCCESS" in run("exports", "show", export_id).stdout


def test_exports_that_are_listed_again_are_counted() -> None:
    store_export()
    answer = run("relist-exports")
    assert answer.stdout == "1 export read, 0 listed, 0 rewritten.\n"
    assert "1 export read\n" in answer.stderr


def test_show_knows_exports_as_a_kind_too() -> None:
    assert json.loads(run("show", "export", store_export().id).stdout)["status"] == "PENDING"


def test_watch_waits_for_the_end() -> None:
    pending = store_export()
    states = iter([pending, pending, succeed(pending, RESULT, now=NOW).after])
    ended = wait_for_end(lambda: describe(next(states)), "1", None, lambda seconds: None)
    assert ended["row_count"] == 1234


def test_watch_says_once_why_an_export_is_tried_again(capsys: pytest.CaptureFixture[str]) -> None:
    pending = store_export()
    again = retry(pending, "the shop did not answer", attempt=1, most=5, now=NOW).after
    states = iter([pending, again, again, succeed(again, RESULT, now=NOW).after])
    wait_for_end(lambda: describe(next(states)), "1", None, lambda seconds: None)
    assert capsys.readouterr().err.count("Second try: the shop did not answer.\n") == 1


def test_watch_says_why_an_export_failed() -> None:
    failed = fail(store_export(), "Too many rows.", error_type="TooLong", now=NOW).after
    with pytest.raises(ExportFailed, match=r"Too many rows\."):
        check_success(describe(failed))


def store_running() -> ExportFile:
    """An export of which a worker has reported 20 of 50 records."""
    store = open_store(Settings())
    pending = store_export()
    running = planned(pending, SegmentPlan((Segment(0, 0, 0, 50),), rows=100))
    store.update(pending, running)
    store.report_progress(running, 0, SegmentProgress(number=0, records=20, row_count=1_040))
    return running


def test_show_says_how_many_rows_a_running_export_has() -> None:
    shown = json.loads(run("exports", "show", store_running().id, "--json").stdout)
    assert (shown["rows_done"], shown["rows_total"], shown["progress"]) == (1_040, 100, 0.4)


def test_show_does_not_count_rows_of_segments_under_way_of_an_export_that_has_failed() -> None:
    job = store_running()
    open_store(Settings()).save(fail(job, "Too many rows.", error_type="TooLong", now=NOW))
    shown = json.loads(run("exports", "show", job.id, "--json").stdout)
    assert (shown["rows_done"], shown["progress"]) == (None, 0.0)


@pytest.mark.parametrize(
    ("done", "total", "text"),
    [
        (None, 60_073, ""),
        (1, None, "1 row"),
        (1_200, None, "1,200 rows"),
        (0, 1, "0 of 1 row"),
        (1_200, 60_073, "1,200 of 60,073 rows"),
    ],
)
def test_watch_shows_rows(done: int | None, total: int | None, text: str) -> None:
    assert rows_so_far({"rows_done": done, "rows_total": total}) == text
