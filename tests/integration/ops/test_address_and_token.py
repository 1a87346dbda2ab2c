"""Addresses and tokens that a person mistypes or copies badly."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner, Result

from chalicelib.errors import RequestRefused, Unavailable
from ops.cli import commands
from ops.service_client import ServiceClient
from tests.fake_service import EXPORT_ID


@contextmanager
def answering(*lines: str, body: str = "") -> Iterator[str]:
    """The address of a server that answers one request with these lines."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall("\r\n".join([*lines, "", body]).encode())

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def list_exports(url: str, token: str) -> Result:
    environment = {"WAYBILL_URL": url, "WAYBILL_TOKEN": token}
    return CliRunner().invoke(commands, ["exports", "list"], env=environment)


@pytest.mark.parametrize(
    "url",
    ["127.0.0.1:8000", "http://a:port", "http://a b", "http://", "ftp://a", "file:///etc", "tea"],
)
def test_an_address_that_is_none_is_wrong_usage(url: str) -> None:
    answer = list_exports(url, "secret")
    assert (answer.exit_code, "Invalid value for '--url'" in answer.output) == (2, True)


@pytest.mark.parametrize("token", ["s3cret\r", "s3\ncret", "s3cret…"])
def test_a_token_that_cannot_be_sent_is_wrong_usage_and_is_not_printed(token: str) -> None:
    answer = list_exports("http://127.0.0.1:1", token)
    assert (answer.exit_code, "Invalid value for '--token'" in answer.output) == (2, True)
    assert "s3" not in answer.output


@pytest.mark.parametrize(
    ("lines", "body"),
    [
        (("SSH-2.0-OpenSSH_9.2",), ""),
        (("HTTP/1.1 200 OK",), "[]"),
        (("HTTP/1.1 200 OK",), "<html>"),
        (("HTTP/1.1 200 OK",), '{"data": null}'),
        (("HTTP/1.1 200 OK", "Content-Length: 99"), "{"),
        (("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"), "zz"),
    ],
)
def test_another_server_is_not_taken_for_the_service(lines: tuple[str, ...], body: str) -> None:
    with answering(*lines, body=body) as url, pytest.raises(Unavailable, match="does not answer"):
        ServiceClient(url, "secret").ask("{me{id}}")


def test_a_token_does_not_follow_a_redirect() -> None:
    redirect = ("HTTP/1.1 302 Found", "Location: http://other.example/")
    with (
        answering(*redirect) as url,
        pytest.raises(RequestRefused, match=r"302: The address leads to http://other\.example/"),
    ):
        ServiceClient(url, "secret").status(EXPORT_ID)
