"""The first attempt is the client's own; whatever goes wrong with it is botocore's to repeat."""

from __future__ import annotations

import gc
import hashlib
import json
import socketserver
import threading
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from botocore.serialize import JSONSerializer
from botocore.session import Session
from urllib3 import HTTPHeaderDict

from chalicelib.adapters.aws.chunked_body import ChunkedBody
from chalicelib.adapters.aws.clients import client as client_of
from chalicelib.adapters.aws.http_answer import Answer
from chalicelib.adapters.aws.kept_connections import KeptConnections
from chalicelib.adapters.aws.lean_json import make_json_clients
from chalicelib.adapters.aws.lean_s3 import make_s3_lean
from chalicelib.words.text import say

GOOD = b'{"TableNames": ["Catalog"]}'
OK = (200, GOOD, zlib.crc32(GOOD))
THROTTLED = (400, b'{"__type": "com.amazonaws.dynamodb#ThrottlingException"}', None)
DAMAGED = (200, GOOD[:-1] + b" ", zlib.crc32(GOOD))


class FakeDynamoDB(socketserver.ThreadingTCPServer):
    """Gives one answer after the other; `asked` has the connection and headers of each request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), FakeConversation)
        self.answers: list[tuple[int, bytes, int | None]] = []
        self.asked: list[tuple[Any, dict[bytes, bytes]]] = []
        self.targets: list[bytes] = []
        self.bodies: list[bytes] = []
        self.closes = False
        self.closed = threading.Semaphore(0)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.closed.release()


class FakeConversation(socketserver.StreamRequestHandler):
    server: FakeDynamoDB

    def handle(self) -> None:
        while target := self.rfile.readline():
            self.server.targets.append(target.removesuffix(b" HTTP/1.1\r\n"))
            lines = iter(self.rfile.readline, b"\r\n")
            headers = dict(line.rstrip().lower().split(b": ", 1) for line in lines)
            self.server.bodies.append(self.rfile.read(int(headers[b"content-length"])))
            self.server.asked.append((self.client_address, headers))
            status, body, checksum = self.server.answers.pop(0)
            crc = b"x-amz-crc32: %d\r\n" % checksum if checksum is not None else b""
            self.wfile.write(b"HTTP/1.1 %d X\r\n%scontent-length: " % (status, crc))
            self.wfile.write(b"%d\r\n\r\n%s" % (len(body), body))
            if self.server.closes:
                return


@cache
def make_session() -> Session:
    session = Session()
    session.set_credentials("AKID", "secret")
    make_json_clients(session, "dynamodb")
    return session


@pytest.fixture
def server() -> Iterator[FakeDynamoDB]:
    with FakeDynamoDB() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def client(server: FakeDynamoDB, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    host, port = server.server_address[:2]
    return make_session().create_client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=f"http://{host!s}:{port}",
        config=Config(retries={"mode": "standard"}),
    )


def of_botocore(server: FakeDynamoDB) -> list[bool]:
    """Which requests botocore sent: only it numbers its attempts."""
    return [b"amz-sdk-request" in headers for _, headers in server.asked]


def test_first_attempts_share_a_connection(server: FakeDynamoDB, client: Any) -> None:
    server.answers += [OK, OK]
    found = [client.list_tables()["TableNames"] for _ in range(2)]
    assert found == [["Catalog"]] * 2
    assert of_botocore(server) == [False, False]
    assert len({connection for connection, _ in server.asked}) == 1


def test_a_body_follows_at_once_without_a_question_whether_it_may(server: FakeDynamoDB) -> None:
    server.answers += [(200, b"", None)]
    url = "http://{}:{}".format(*server.server_address)
    s3 = make_session().create_client("s3", region_name="us-east-1", endpoint_url=url)
    make_s3_lean(s3).put_object(Bucket="exports", Key="k", Body=b"rows")
    [(_, headers)] = server.asked
    assert headers[b"content-length"] == b"4"
    assert b"expect" not in headers


def test_the_parts_of_a_large_file_are_sent_at_once_too(
    server: FakeDynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers += [(200, b"", None)] * 2
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://{}:{}".format(*server.server_address))
    monkeypatch.setattr("chalicelib.adapters.aws.clients._session", make_session)
    s3 = client_of.__wrapped__("s3")
    for number in (1, 12):
        s3.upload_part(Bucket="b", Key="a b", UploadId="u/+=", PartNumber=number, Body=b"rows")
    ids = b"uploadId=u%2F%2B%3D&partNumber="
    assert server.targets == [b"PUT /b/a%20b?" + ids + number for number in (b"1", b"12")]
    assert server.bodies == [b"rows"] * 2
    assert of_botocore(server) == [False, False]
    assert all(b"expect" not in headers for _, headers in server.asked)


@pytest.mark.parametrize("size", [3, 100_000])
def test_a_body_in_chunks_is_sent_whole_and_once_more_by_botocore(
    server: FakeDynamoDB, size: int
) -> None:
    chunks = [b"a" * size, b"b" * size]
    server.answers += [(500, b"", None), (200, b"", None)]
    url = "http://{}:{}".format(*server.server_address)
    s3 = make_session().create_client("s3", region_name="us-east-1", endpoint_url=url)
    make_s3_lean(s3).put_object(Bucket="exports", Key="k", Body=ChunkedBody(chunks))
    assert server.bodies == [b"".join(chunks)] * 2
    assert of_botocore(server) == [False, True]


@pytest.mark.parametrize(
    ("url", "is_signed"),
    [
        ("https://s3.example", False),
        ("http://127.0.0.1:9000", False),
        ("http://[::1]:9000", False),
        ("http://s3.example:9000", True),
        ("http://127.0.0.1.example:9000", True),
    ],
)
def test_a_file_is_signed_where_others_could_change_it(url: str, is_signed: bool) -> None:
    s3 = make_session().create_client("s3", region_name="us-east-1", endpoint_url=url)
    seen: list[str] = []

    def answer(request: AWSPreparedRequest, **_: Any) -> Answer:
        seen.append(request.headers["X-Amz-Content-SHA256"].decode())
        return Answer(200, HTTPHeaderDict(), b"")

    s3.meta.events.register("before-send.s3", answer)
    make_s3_lean(s3).put_object(Bucket="exports", Key="k", Body=ChunkedBody([b"ro", b"ws"]))
    assert seen == [hashlib.sha256(b"rows").hexdigest() if is_signed else "UNSIGNED-PAYLOAD"]


@pytest.mark.parametrize("wrong", [THROTTLED, DAMAGED, (500, b"", None)])
def test_what_goes_wrong_is_repeated_by_botocore(
    server: FakeDynamoDB, client: Any, wrong: tuple[int, bytes, int | None]
) -> None:
    server.answers += [wrong, OK]
    assert client.list_tables()["TableNames"] == ["Catalog"]
    assert of_botocore(server) == [False, True]


def test_the_body_says_the_same_as_that_of_botocore(server: FakeDynamoDB, client: Any) -> None:
    item = {"id": {"S": say("Tür")}, "pack": {"B": b"\x00\xff"}, "tags": {"L": [{"NULL": True}]}}
    model = client.meta.service_model.operation_model("PutItem")
    plain = JSONSerializer().serialize_to_request({"TableName": "T", "Item": item}, model)
    server.answers += [(200, b"{}", None)]
    client.put_item(TableName="T", Item=item)
    assert json.loads(server.bodies[0]) == json.loads(plain["body"])
    assert of_botocore(server) == [False]
    headers = server.asked[0][1]
    assert headers[b"x-amz-target"] == plain["headers"]["X-Amz-Target"].lower().encode()
    assert b"botocore/" in headers[b"user-agent"]


def test_a_request_of_a_function_names_its_trace(
    server: FakeDynamoDB, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", "worker")
    server.answers += [OK, OK]
    for trace in ("Root=1-2-3;Sampled=1", "Root=4-5-6;Sampled=0"):
        monkeypatch.setenv("_X_AMZN_TRACE_ID", trace)
        client.list_tables()
    traces = [headers[b"x-amzn-trace-id"] for _, headers in server.asked]
    assert traces == [b"root=1-2-3;sampled=1", b"root=4-5-6;sampled=0"]
    assert of_botocore(server) == [False] * 2


def test_a_text_that_is_no_utf_8_is_left_to_botocore(server: FakeDynamoDB, client: Any) -> None:
    server.answers += [(200, b"{}", None)]
    client.put_item(TableName="T", Item={"id": {"S": "\ud800"}})
    assert of_botocore(server) == [True]


def test_a_transaction_that_is_repeated_keeps_its_token(server: FakeDynamoDB, client: Any) -> None:
    server.answers += [(500, b"", None), (200, b"{}", None)]
    client.transact_write_items(TransactItems=[{"Delete": {"TableName": "T", "Key": {}}}])
    tokens = {json.loads(body)["ClientRequestToken"] for body in server.bodies}
    assert (len(server.bodies), len(tokens)) == (2, 1)


def test_behind_a_proxy_every_request_is_one_of_botocore(
    server: FakeDynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://{}:{}".format(*server.server_address))
    server.answers += [OK]
    url = "http://dynamodb.example"
    client = make_session().create_client("dynamodb", region_name="us-east-1", endpoint_url=url)
    assert client.list_tables()["TableNames"] == ["Catalog"]
    assert of_botocore(server) == [True]


def test_an_error_that_stays_is_raised_by_botocore(server: FakeDynamoDB, client: Any) -> None:
    body = b'{"__type": "x#ResourceNotFoundException", "message": "No."}'
    server.answers += [(400, body, None)] * 2
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="No"):
        client.list_tables()


def test_a_connection_that_the_service_closed_is_not_used_again(
    server: FakeDynamoDB, client: Any
) -> None:
    server.closes = True
    server.answers += [OK, OK, OK]
    for _ in range(3):
        assert client.list_tables()["TableNames"] == ["Catalog"]
        assert server.closed.acquire(timeout=10)
    assert of_botocore(server) == [False] * 3


@pytest.mark.parametrize(("idle", "connections"), [(19, 1), (21, 2), (86_400, 2)])
def test_a_connection_that_lambda_may_have_frozen_is_not_used_again(
    server: FakeDynamoDB, client: Any, monkeypatch: pytest.MonkeyPatch, idle: int, connections: int
) -> None:
    now = [1_800_000_000.0]
    monkeypatch.setattr("chalicelib.adapters.aws.kept_connections.time.time", lambda: now[0])
    server.answers += [OK, OK]
    for _ in range(2):
        client.list_tables()
        now[0] += idle
    assert len({connection for connection, _ in server.asked}) == connections
    assert of_botocore(server) == [False, False]


def test_connections_are_closed_with_their_owner_which_is_part_of_a_cycle(
    server: FakeDynamoDB,
) -> None:
    server.answers += [OK]
    owner: Any = KeptConnections(connect_seconds=5, read_seconds=5)
    owner.ask(
        "POST", "http://{}:{}/".format(*server.server_address), {"Content-Length": b"2"}, b"{}"
    )
    owner.cycle = owner
    sockets = [kept._connection.sock for idle in owner._idle.values() for kept in idle]
    del owner
    gc.collect()
    assert [socket.fileno() for socket in sockets] == [-1]


def test_a_service_that_is_not_there_is_left_to_botocore(client: Any, server: FakeDynamoDB) -> None:
    server.server_close()
    with pytest.raises(EndpointConnectionError):
        client.list_tables()
