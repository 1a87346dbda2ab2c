"""Send HTTP requests to addresses that other people name.

Only public addresses are asked, redirects are not followed, and answers are bounded.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

import urllib3

from chalicelib.adapters.timed_calls import TimedCalls
from chalicelib.errors import AddressRefused, Unavailable

CONNECT_SECONDS: Final = 3
# Below the 5 seconds after which common servers close an idle connection.
MAX_IDLE_SECONDS: Final = 4
MAX_ANSWER_BYTES: Final = 32_000_000
_CHUNK_BYTES: Final = 1 << 16
_PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer of any status. Header names are in lower case; `body` is decompressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class OutsideHttp:
    """Sends requests to hosts outside the deployment and keeps their connections open.

    With `allow_loopback`, as in a local run, plain HTTP to this machine is allowed too.
    """

    allow_loopback: bool = False
    _pools: dict[tuple[str, str, int], urllib3.HTTPConnectionPool] = field(default_factory=dict)
    _used_at: dict[tuple[str, str, int], float] = field(default_factory=dict)
    _calls: TimedCalls = field(default_factory=TimedCalls)

    def send(
        self,
        method: str,
        url: str,
        *,
        seconds: float,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_ANSWER_BYTES,
    ) -> Answer:
        """Send one request and return its answer, whatever its status.

        Raise AddressRefused for a URL that may not be asked, or a header that cannot be sent, and
        Unavailable when no whole answer of at most `max_bytes` arrives within `seconds`.
        """
        ends_at = time.monotonic() + seconds
        parts = _split(url)
        late = f"{parts.hostname} did not answer in time."

        def ask() -> Answer:
            pool = self._pool(parts)
            try:
                answer = _exchange(pool, method, parts, body, headers or {}, ends_at, max_bytes)
                self._used_at[_place(parts)] = time.time()
                return answer
            except (urllib3.exceptions.HTTPError, OSError) as error:
                # The host may have moved to another address: resolve it again next time.
                self._pools.pop(_place(parts), None)
                is_late = isinstance(error, urllib3.exceptions.TimeoutError | TimeoutError)
                raise Unavailable(
                    late if is_late else f"{parts.hostname} did not answer."
                ) from error
            except ValueError:
                # Its text repeats the header that cannot be sent, which may hold a token.
                raise AddressRefused("HTTP cannot carry the characters of the request.") from None

        try:
            # The time-out of a socket starts again with every byte, and the look-up of a name has
            # none.
            return self._calls.make(ask, seconds)
        except TimeoutError:
            raise Unavailable(late) from None

    def _pool(self, parts: SplitResult) -> urllib3.HTTPConnectionPool:
        place, now = _place(parts), time.time()
        # While Lambda has frozen the function, hosts close connections, and the next request would
        # fail. The monotonic clock can stand still then.
        if now - self._used_at.get(place, now) > MAX_IDLE_SECONDS:
            self._pools.pop(place, None)
        if place not in self._pools:
            self._pools[place] = self._connect(parts)
        return self._pools[place]

    def _connect(self, parts: SplitResult) -> urllib3.HTTPConnectionPool:
        _, host, port = _place(parts)
        address = resolve(parts, allow_loopback=self.allow_loopback)
        options: dict[str, Any] = {"maxsize": 4, "retries": False}
        if parts.scheme == "http":
            return urllib3.HTTPConnectionPool(address, port, **options)
        # The certificate must be the host's, though the connection goes to the checked address.
        return urllib3.HTTPSConnectionPool(
            address, port, server_hostname=host, assert_hostname=host, **options
        )


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise AddressRefused("The URL cannot be read.") from error


def resolve(parts: SplitResult, *, allow_loopback: bool) -> str:
    """Return one address of the host; AddressRefused unless all of its addresses are public."""
    scheme, host, _ = _place(parts)
    try:
        # The connection goes to the checked address: a second look-up could lead elsewhere.
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable(f"{host} has no address.") from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    local = allow_loopback and all(one.is_loopback for one in addresses)
    if not local and (scheme != "https" or not all(map(_is_public, addresses))):
        raise AddressRefused(f"{host} may not be asked: https and a public address are needed.")
    return str(addresses[0])


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    # Outside of this range are private networks of all kinds, and translators to IPv4 (NAT64).
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    # Inside of it, a v4 address can hide in a v6 one: 6to4 or Teredo.
    if isinstance(address, ipaddress.IPv6Address) and (address.sixtofour or address.teredo):
        return False
    return address.is_global and not address.is_multicast


_GLOBAL_UNICAST: Final = ipaddress.ip_network("2000::/3")


def _place(parts: SplitResult) -> tuple[str, str, int]:
    try:
        port = parts.port
    except ValueError as error:
        raise AddressRefused("The URL has no valid port.") from error
    # `https://shop.example@evil.example` looks like the shop to people.
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise AddressRefused("The URL must be an https address without a user name.")
    return parts.scheme, parts.hostname, port or _PORTS[parts.scheme]


def _exchange(
    pool: urllib3.HTTPConnectionPool,
    method: str,
    parts: SplitResult,
    body: bytes | None,
    headers: Mapping[str, str],
    ends_at: float,
    max_bytes: int,
) -> Answer:
    left = max(ends_at - time.monotonic(), 0.001)
    answer = pool.urlopen(
        method,
        urlunsplit(("", "", parts.path or "/", parts.query, "")),
        body=body,
        headers={"Host": parts.netloc, "Accept-Encoding": "gzip", **headers},
        # A redirect could lead to a private address, and would carry the token along.
        redirect=False,
        preload_content=False,
        timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, left), read=left),
    )
    try:
        read = _read(answer, ends_at, max_bytes)
    except BaseException:
        answer.close()
        raise
    answer.release_conn()
    return Answer(
        answer.status, {name.lower(): text for name, text in answer.headers.items()}, read
    )


def _read(answer: urllib3.BaseHTTPResponse, ends_at: float, max_bytes: int) -> bytes:
    """Return the whole body. Each read has a time-out of its own; this bounds all of them."""
    chunks: list[bytes] = []
    size = 0
    # By default, urllib3 decompresses only answers whose length is known. Saleor sends chunks.
    for chunk in answer.stream(_CHUNK_BYTES, decode_content=True):
        size += len(chunk)
        # A small compressed answer can inflate to gigabytes, so the inflated size is bounded.
        if size > max_bytes:
            raise OSError(f"The answer is larger than {max_bytes:,} bytes.")
        if time.monotonic() > ends_at:
            raise TimeoutError
        chunks.append(chunk)
    return b"".join(chunks)
