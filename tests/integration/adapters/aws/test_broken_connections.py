"""A service that does not answer is `Unavailable`, whatever was asked of it.

Another attempt may succeed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse

from chalicelib.adapters.aws.clients import CALLS as CALLS_PER_WRITE
from chalicelib.adapters.catalog.source import DynamoCatalogSource
from chalicelib.adapters.event_bus import EventBridgeBus
from chalicelib.adapters.export_files.store import DynamoExportFileStore
from chalicelib.adapters.file_store import S3FileStore
from chalicelib.adapters.mailer import SesMailer
from chalicelib.adapters.queue import SqsQueue
from chalicelib.adapters.shops.app_store import DynamoAppStore
from chalicelib.adapters.shops.mark_store import DynamoMarkStore
from chalicelib.adapters.shops.store import DynamoShopStore
from chalicelib.domain.export_event import Download
from chalicelib.domain.export_file import DueFor
from chalicelib.domain.export_list import ListFilter, ListRequest
from chalicelib.domain.idempotency import IdempotencyKey
from chalicelib.domain.message import ExportMessage, Step
from chalicelib.domain.segment import Bucket, SegmentResult
from chalicelib.domain.transitions import create, fail
from chalicelib.errors import Unavailable
from tests.factories import make_request, make_requestor
from tests.fakes import START
from tests.integration.ports.test_shops import make_mark, make_shop

STORE = DynamoExportFileStore("ExportFiles", "ExportEvents")
FILES = S3FileStore("exports")
CATALOG = DynamoCatalogSource("Catalog")
CREATED = create(
    request=make_request(),
    requestor=make_requestor(),
    file_name="a.csv",
    now=START,
    retention_seconds=60,
)
JOB = CREATED.after
KEY = IdempotencyKey(text="default#k", fingerprint="f", expires_at=START)
RESULT = SegmentResult(number=0, file_key="k", size_bytes=1, row_count=1, crc32=0)
LISTED = ListRequest(
    shop="default", filter=ListFilter(export_types=frozenset({"products"})), size=1
)
MAIL = {"to": "a@b.example", "subject": "s", "text": "t", "html": "h", "delivery_id": "d"}

CALLS: dict[str, Callable[[], Any]] = {
    "create": lambda: STORE.create(CREATED),
    "create with a key": lambda: STORE.create(CREATED, KEY),
    "find_replay": lambda: STORE.find_replay(KEY, START),
    "find": lambda: STORE.find("default", JOB.id),
    "save": lambda: STORE.save(fail(JOB, "No.", error_type="x", now=START)),
    "update": lambda: STORE.update(JOB, replace(JOB, attempts=1)),
    "record_segment": lambda: STORE.record_segment(JOB, RESULT, due_at=START),
    "find_segments": lambda: STORE.find_segments(JOB),
    "find_events": lambda: STORE.find_events("default", JOB.id),
    "record_download": lambda: STORE.record_download(JOB, Download(date=START)),
    "find_downloads": lambda: STORE.find_downloads("default", JOB.id, 1),
    "list": lambda: STORE.list(LISTED),
    "count_pending": lambda: STORE.count_pending("default"),
    "find_due": lambda: STORE.find_due(DueFor.EXPIRY, START, 1),
    "find_buckets": lambda: CATALOG.find_buckets("default", "products"),
    "read_buckets": lambda: list(CATALOG.read_buckets("default", "products", [Bucket(0, 1)])),
    "read_numbers": lambda: list(CATALOG.read_numbers("default", "products", [1])),
    "find_dictionary": lambda: CATALOG.find_dictionary("default", "channels"),
    "write": lambda: FILES.write("k", [b"x"], content_type="text/csv"),
    "write in parts": lambda: FILES.write("k", [bytes(9 << 20)] * 2, content_type="text/csv"),
    "read": lambda: list(FILES.read("k")),
    "concatenate": lambda: FILES.concatenate("k", b"", [RESULT], content_type="text/csv"),
    "find_keys": lambda: FILES.find_keys("k"),
    "remove": lambda: FILES.remove(["k"]),
    "abort_uploads": lambda: FILES.abort_uploads("k"),
    "send": lambda: SqsQueue("https://sqs.us-east-1.amazonaws.com/1/q").send(
        [ExportMessage(shop="default", export_id="e", step=Step.START)]
    ),
    "send a mail": lambda: SesMailer("from@b.example").send(**MAIL),
    "publish": lambda: EventBridgeBus("default").publish("Export Completed", {}),
    "find_requestor": lambda: DynamoAppStore("Apps").find_requestor("token"),
}
SHOPS, MARKS = DynamoShopStore("Shops"), DynamoMarkStore("Marks")
CALLS_OF_SHOPS: dict[str, Callable[[], Any]] = {
    "find": lambda: SHOPS.find("north.example"),
    "save": lambda: SHOPS.save(make_shop()),
    "list_all": SHOPS.list_all,
    "remove": lambda: SHOPS.remove("north.example"),
    "find_state": lambda: SHOPS.find_state("north.example", "products"),
}
CALLS_OF_MARKS: dict[str, Callable[[], Any]] = {
    "add": lambda: MARKS.add([make_mark()]),
    "find": lambda: MARKS.find("north", "products", 5),
    "has_older": lambda: MARKS.has_older("north", "products", START),
    "remove": lambda: MARKS.remove([make_mark()]),
}

# What people who wait for an export read about it.
CAUSES = {
    "find": "the database could not be used",
    "update": "the database could not be used",
    "find_buckets": "the database could not be used",
    "read_numbers": "the database could not be used",
    "write": "the file store did not answer",
    "read": "the file store did not answer",
    "send": "the message queue did not answer",
}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, dynamodb: None) -> None:
    def close(stubber: Any, event_name: str, request: Any, **given: Any) -> NoReturn:
        raise ConnectionClosedError(endpoint_url=request.url)

    monkeypatch.setattr(BotocoreStubber, "__call__", close)
    monkeypatch.setattr("time.sleep", lambda seconds: None)


ANSWERS = (
    r"The (table of exports|table of apps|file store) did not answer: .*Connection was closed.*",
    r"The table of exports is busy\.",
    r"The catalogue table could not be read: Connection was closed.*",
    r"The (queue did not take the messages|event bus did not take the event): Connection was .*",
    r"The mail could not be sent: ConnectionClosedError",
)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.usefixtures("broken")
def test_a_connection_that_breaks_is_unavailable(call: str) -> None:
    with pytest.raises(Unavailable, match=f"^({'|'.join(ANSWERS)})$"):
        CALLS[call]()


@pytest.mark.parametrize("call", CALLS_OF_SHOPS)
@pytest.mark.usefixtures("broken")
def test_an_operator_reads_that_the_table_of_shops_did_not_answer(call: str) -> None:
    with pytest.raises(Unavailable, match=r"^The table of shops did not answer\.$"):
        CALLS_OF_SHOPS[call]()


@pytest.mark.parametrize("call", CALLS_OF_MARKS)
@pytest.mark.usefixtures("broken")
def test_an_operator_reads_that_the_table_of_marks_did_not_answer(call: str) -> None:
    with pytest.raises(Unavailable, match=r"^The table of marks did not answer\.$"):
        CALLS_OF_MARKS[call]()


@pytest.mark.parametrize("call", CAUSES)
@pytest.mark.usefixtures("broken")
def test_people_who_wait_read_which_service_did_not_answer(call: str) -> None:
    with pytest.raises(Unavailable) as raised:
        CALLS[call]()
    assert raised.value.cause == CAUSES[call]


@pytest.mark.usefixtures("dynamodb")
def test_a_write_that_meets_transactions_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    STORE.create(CREATED)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    ordinary = BotocoreStubber.__call__
    refused: list[Any] = []

    def busy_for_a_while(stubber: Any, event_name: str, request: Any, **given: Any) -> Any:
        # More often than the SDK itself tries.
        if len(refused) < 2 * CALLS_PER_WRITE and b"UpdateItem" in request.headers["X-Amz-Target"]:
            refused.append(request)
            body = b'{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException"}'
            return AWSResponse(request.url, 400, {}, MockRawResponse(body))
        return ordinary(stubber, event_name, request, **given)

    monkeypatch.setattr(BotocoreStubber, "__call__", busy_for_a_while)
    STORE.update(JOB, replace(JOB, attempts=1))
    assert len(refused) == 2 * CALLS_PER_WRITE
    assert STORE.get("default", JOB.id).attempts == 1
