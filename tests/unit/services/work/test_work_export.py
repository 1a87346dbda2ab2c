from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from typing import Any

import pytest

from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.request import Compression, Scope
from chalicelib.errors import Unavailable
from chalicelib.formats.registry import FileType
from chalicelib.services.work.work_export import work_export
from tests.factories import (
    Service,
    fill,
    make_app,
    make_gift_card,
    make_product,
    make_requestor,
    make_service,
)

NAMES: dict[str, Any] = {"parameters": {"fields": ["NAME"]}}


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def test_a_small_export_is_written_in_one_step() -> None:
    service = make_service(products=3)
    job = service.request(**NAMES)
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS
    content = service.file_of(job)
    assert [row[1] for row in rows_of(content)] == ["name", "Product 1", "Product 2", "Product 3"]
    assert service.job(job).sha256 == hashlib.sha256(content).hexdigest()
    assert service.store.find_segments(job) == ()


def test_a_large_export_is_composed_of_its_segments_in_order() -> None:
    service = make_service(products=2_600, settings={"segment_records": 500})
    job = service.request(**NAMES)
    service.work()
    done = service.job(job)
    assert (done.status, done.row_count, len(done.segments_done)) == (JobStatus.SUCCESS, 2_600, 6)
    assert [row[1] for row in rows_of(service.file_of(job))[1:]] == [
        f"Product {n}" for n in range(1, 2_601)
    ]


def test_segments_are_removed_once_the_file_is_there() -> None:
    service = make_service(products=1_200, settings={"segment_records": 500})
    job = service.request(**NAMES)
    service.work()
    assert list(service.files.objects) == [service.job(job).file_key]
    assert service.files.uploads == []


def test_an_empty_catalogue_gives_a_file_with_headers_only() -> None:
    service = make_service()
    job = service.request(**NAMES)
    service.work()
    assert service.file_of(job) == b"id,name\r\n"
    assert service.job(job).row_count == 0


def test_segments_without_any_row_give_a_file_with_headers_only() -> None:
    service = make_service(products=1_200, settings={"segment_records": 500})
    job = service.request(scope=Scope.FILTER, filter={"slugs": ["gone"]}, **NAMES)
    service.work()
    assert len(service.job(job).segments_done) == 3
    assert service.file_of(job) == b"id,name\r\n"
    assert service.job(job).row_count == 0


def test_ids_are_read_by_key_and_unknown_ones_are_left_out() -> None:
    service = make_service(products=5)
    ids = tuple(make_product(number)["id"] for number in (4, 2, 99))
    job = service.request(scope=Scope.IDS, ids=ids, **NAMES)
    service.work()
    assert [row[1] for row in rows_of(service.file_of(job))[1:]] == ["Product 2", "Product 4"]


@pytest.mark.parametrize("scope", [Scope.FILTER, Scope.ALL])
def test_a_filter_sees_what_no_cell_shows(scope: Scope) -> None:
    service = make_service(products=5)
    job = service.request(scope=scope, filter={"slugs": ["product-3"]}, **NAMES)
    service.work()
    names = [row[1] for row in rows_of(service.file_of(job))[1:]]
    assert names == (
        ["Product 3"] if scope is Scope.FILTER else [f"Product {number}" for number in range(1, 6)]
    )


def test_xlsx_of_many_segments_is_one_workbook() -> None:
    openpyxl = pytest.importorskip("openpyxl")
    service = make_service(products=1_200, settings={"segment_records": 500})
    job = service.request(file_type=FileType.XLSX, **NAMES)
    service.work()
    sheet = openpyxl.load_workbook(io.BytesIO(service.file_of(job))).active
    assert [row[1].value for row in sheet.iter_rows()] == [
        "name",
        *(f"Product {n}" for n in range(1, 1_201)),
    ]


def make_both(service: Service) -> tuple[bytes, bytes]:
    """The file of an export, and of the same one compressed."""
    plain, compressed = (
        service.request(**NAMES),
        service.request(compression=Compression.GZIP, **NAMES),
    )
    service.work()
    assert service.job(plain).row_count == service.job(compressed).row_count
    assert service.job(compressed).file_size_bytes == len(service.file_of(compressed))
    return service.file_of(plain), service.file_of(compressed)


@pytest.mark.parametrize("products", [0, 3, 2_600])
def test_a_compressed_file_holds_the_same_bytes_in_one_segment_and_in_many(products: int) -> None:
    plain, compressed = make_both(
        make_service(products=products, settings={"segment_records": 500})
    )
    assert compressed[:2] == b"\x1f\x8b"
    assert gzip.decompress(compressed) == plain


@pytest.mark.parametrize("products", [0, 3, 1_200])
def test_a_compressed_file_is_one_member_however_many_segments_it_has(products: int) -> None:
    _, compressed = make_both(make_service(products=products, settings={"segment_records": 500}))
    member = zlib.decompressobj(wbits=31)
    assert member.decompress(compressed).count(b"\r\n") == products + 1
    assert (member.eof, member.unused_data) == (True, b"")


def test_the_same_export_compressed_is_the_same_bytes_whenever_it_is_made() -> None:
    service = make_service(products=1_200, settings={"segment_records": 500})
    _, first = make_both(service)
    service.clock.advance(3_600)
    assert make_both(service)[1] == first


def test_a_damaged_compressed_segment_fails_the_export() -> None:
    service = make_service(products=1_200, settings={"segment_records": 500})
    job = service.request(compression=Compression.GZIP, **NAMES)
    while not service.job(job).all_segments_done:
        work_export(service.worker, service.queue.take() or pytest.fail("nothing is queued"))
    key = next(key for key in service.files.objects if "segments/00001" in key)
    service.files.objects[key] = service.files.objects[key][:-1] + b"?"
    service.work()
    assert service.job(job).status is JobStatus.FAILED
    assert "damaged" in (service.job(job).message or "")


def test_success_leaves_a_status_events_a_mail_and_a_bus_event() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    service.work()
    assert service.events_of(job) == ["EXPORT_PENDING", "EXPORT_SUCCESS", "EXPORTED_FILE_SENT"]
    (mail,) = service.mailer.sent
    assert (mail.to, mail.subject) == ("ann@shop.example", "Your exported products data is ready")
    assert f"/exports/{job.id}/file" in mail.text
    assert service.bus.published[0][1]["export"]["status"] == "success"


def test_a_failure_leaves_a_sentence_events_and_a_mail() -> None:
    service = make_service(products=3)
    service.source.lose("products", 2)
    job = service.request(**NAMES)
    service.work()
    failed = service.job(job)
    assert (failed.status, failed.message) == (
        JobStatus.FAILED,
        "The catalogue holds fewer records than it says.",
    )
    assert service.events_of(job) == ["EXPORT_PENDING", "EXPORT_FAILED", "EXPORT_FAILED_INFO_SENT"]
    assert service.store.find_events("default", job.id)[1].error_type == "CatalogIncomplete"
    assert [mail.subject for mail in service.mailer.sent] == ["Exporting products data failed"]
    assert service.files.objects == {}


def test_an_unexpected_error_fails_the_export_too() -> None:
    service = make_service(products=1)
    service.source.records["default", "products"][1] = object()  # type: ignore[assignment]
    job = service.request(**NAMES)
    service.work()
    assert service.job(job).status is JobStatus.FAILED
    assert "error in the service" in (service.job(job).message or "")


def test_apps_get_no_mail() -> None:
    service = make_service(products=1)
    job = service.request(requestor=make_requestor(app=make_app()), **NAMES)
    service.work()
    assert service.mailer.sent == []
    assert service.events_of(job) == ["EXPORT_PENDING", "EXPORT_SUCCESS"]


def test_a_refused_mail_does_not_change_the_export() -> None:
    service = make_service(products=1)
    service.mailer.refused.add("ann@shop.example")
    job = service.request(**NAMES)
    service.work()
    assert service.job(job).status is JobStatus.SUCCESS
    assert service.events_of(job) == ["EXPORT_PENDING", "EXPORT_SUCCESS"]
    assert service.job(job).notified_at is not None


def test_every_message_may_come_twice() -> None:
    service = make_service(products=1_200, settings={"segment_records": 500})
    job = service.request(**NAMES)
    while (message := service.queue.take()) is not None:
        work_export(service.worker, message)
        work_export(service.worker, message)
    assert service.job(job).row_count == 1_200
    assert service.events_of(job) == ["EXPORT_PENDING", "EXPORT_SUCCESS", "EXPORTED_FILE_SENT"]
    assert len(service.mailer.sent) == 1
    assert list(service.files.objects) == [service.job(job).file_key]


def test_a_start_that_comes_after_all_segments_asks_for_the_assembly() -> None:
    service = make_service(products=1_200, settings={"segment_records": 500})
    job = service.request(**NAMES)
    while (message := service.queue.take()) and message.step is not Step.ASSEMBLE:
        work_export(service.worker, message)
    # The message for the assembly is lost.
    work_export(service.worker, ExportMessage.of(job, Step.START))
    service.work()
    assert service.job(job).row_count == 1_200


def test_a_message_for_an_unknown_export_is_dropped() -> None:
    service = make_service()
    work_export(service.worker, ExportMessage(shop="default", export_id="gone", step=Step.START))
    assert service.store.jobs == {}


def test_a_source_that_does_not_answer_is_tried_again_later() -> None:
    service = make_service(products=1)
    job = service.request(**NAMES)
    message = service.queue.take()
    assert message is not None
    reading = service.source.read_buckets

    def failing(*arguments: object, **named: object) -> object:
        raise Unavailable("The catalogue does not answer.")

    service.source.read_buckets = failing  # type: ignore[method-assign,assignment]
    with pytest.raises(Unavailable):
        work_export(service.worker, message)
    assert service.job(job).status is JobStatus.PENDING
    service.source.read_buckets = reading  # type: ignore[method-assign]
    service.clock.advance(service.settings.lease_seconds + 1)
    work_export(service.worker, message)
    assert service.job(job).status is JobStatus.SUCCESS


def test_used_gift_cards_are_never_exported() -> None:
    service = Service()
    used = make_gift_card(2, "USED", lastUsedOn="2026-01-01T00:00:00+00:00")
    fill(service.source, "gift_cards", make_gift_card(1, "FREE"), used)
    job = service.request("gift_cards")
    service.work()
    assert service.file_of(job) == b"code\r\nFREE\r\n"
