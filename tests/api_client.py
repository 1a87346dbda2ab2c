"""Asks the HTTP edge, built on fakes, as a client would."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from chalicelib.api.auth import Authenticator
from chalicelib.api.http import Api
from chalicelib.api.http_answer import HttpAnswer, HttpRequest
from chalicelib.api.issuers import Issuers
from chalicelib.domain.requestor import Requestor
from tests.factories import Service, make_app, make_requestor
from tests.fakes import FakeAppStore

TOKEN = "waybill_app"


@dataclass
class ApiClient:
    """An API whose tokens are those of `apps`; "waybill_app" is one that may do everything."""

    service: Service = field(default_factory=Service)
    apps: FakeAppStore = field(default_factory=FakeAppStore)

    def __post_init__(self) -> None:
        self.apps.requestors.setdefault(TOKEN, make_requestor(app=make_app()))
        self.api = Api(
            service=self.service.api, authenticator=Authenticator(Issuers(()), self.apps)
        )

    def let_in(self, token: str, requestor: Requestor) -> str:
        self.apps.requestors[token] = requestor
        return token

    def ask(
        self,
        query: str,
        token: str | None = TOKEN,
        headers: dict[str, str] | None = None,
        **variables: Any,
    ) -> Any:
        """The JSON answer to a query."""
        return self.post({"query": query, "variables": variables}, token=token, headers=headers)[1]

    def post(
        self, body: Any, token: str | None = TOKEN, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and JSON answer of a body, which is JSON unless it is bytes."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.api.graphql(self.request(token, raw, headers))
        return answer.status, json.loads(answer.body.encode())

    def status(self, export_id: str, token: str | None = TOKEN) -> HttpAnswer:
        return self.api.status(self.request(token), export_id)

    def file(self, export_id: str, token: str | None = TOKEN) -> HttpAnswer:
        return self.api.file(self.request(token), export_id)

    def request(
        self, token: str | None, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> HttpRequest:
        given = {"authorization": f"Bearer {token}"} if token else {}
        return HttpRequest(headers={**given, **(headers or {})}, body=body)


class ServedApi(ThreadingHTTPServer):
    """The API of an `ApiClient` on loopback, with its files.

    If it `works`, statuses are of ended exports.
    """

    daemon_threads = True

    def __init__(self, client: ApiClient) -> None:
        super().__init__(("127.0.0.1", 0), _ApiHandler)
        self.client = client
        self.works = False
        client.service.files.base_url = f"{self.url}/files"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _ApiHandler(BaseHTTPRequestHandler):
    server: ServedApi

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._send(self.server.client.api.graphql(self._request(body)))

    def do_GET(self) -> None:
        kind, _, name = self.path.strip("/").partition("/")
        if kind == "files":
            content = self.server.client.service.files.objects[name.partition("?")[0]]
            self._answer(200, content)
        else:
            if self.server.works:
                self.server.client.service.work()
            self._send(self.server.client.api.status(self._request(b""), unquote(name)))

    def _request(self, body: bytes) -> HttpRequest:
        headers = {name.lower(): value for name, value in self.headers.items()}
        return HttpRequest(headers=headers, body=body)

    def _send(self, answer: HttpAnswer) -> None:
        self._answer(answer.status, answer.body.encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def served(client: ApiClient) -> Iterator[ServedApi]:
    """The API on loopback until the context is left."""
    with ServedApi(client) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def make_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def shared_key() -> rsa.RSAPrivateKey:
    """A key for many tests: making one takes 70 ms."""
    return make_key()


class KeyServer(ThreadingHTTPServer):
    """Serves a key set on loopback and counts how often it is asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _KeyHandler)
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.asked = 0
        self.redirects_to = ""
        self.key_ids_shown = True
        self.may_finish = threading.Event()
        self.may_finish.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/jwks.json"

    def add_key(self, key_id: str, key: rsa.RSAPrivateKey | None = None) -> None:
        self.keys[key_id] = key or make_key()

    def sign(self, key_id: str = "one", header: dict[str, Any] | None = None, **claims: Any) -> str:
        """Return a token of the issuer "issuer" for an hour.

        The header names the key unless given.
        """
        given = {"iss": "issuer", "exp": time.time() + 3600, "sub": "VXNlcjox", **claims}
        named = {"kid": key_id} if header is None else header
        return jwt.encode(given, self.keys[key_id], algorithm="RS256", headers=named)

    def key_set(self) -> bytes:
        entries = []
        for key_id, key in self.keys.items():
            entry = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
            named = {"kid": key_id} if self.key_ids_shown else {}
            entries.append({**entry, **named, "use": "sig", "alg": "RS256"})
        return json.dumps({"keys": entries}).encode()


class _KeyHandler(BaseHTTPRequestHandler):
    server: KeyServer

    def do_GET(self) -> None:
        self.server.asked += 1
        body = self.server.key_set()
        self.send_response(302 if self.server.redirects_to else 200)
        self.send_header("Location", self.server.redirects_to)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:10])
        self.server.may_finish.wait()
        self.wfile.write(body[10:])

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def key_server(key: rsa.RSAPrivateKey | None = None) -> Iterator[KeyServer]:
    """A key server with one key, "one": this one, or a new one."""
    with KeyServer() as server:
        server.add_key("one", key)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
