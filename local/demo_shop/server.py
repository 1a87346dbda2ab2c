"""A demo shop that answers over HTTP."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from local.demo_shop.http import handler_of
from local.demo_shop.served import ServedShop
from local.quiet_server import QuietServer


@dataclass(slots=True)
class ShopServer(ServedShop):
    """A demo shop and its HTTP server."""

    _http: QuietServer | None = None

    def start(self) -> None:
        """Serve on loopback until `stop`."""
        self._http = QuietServer(("127.0.0.1", self.port), handler_of(self))
        self.open_at(self._http.server_port)
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Stop serving and close the port."""
        assert self._http is not None
        self._http.shutdown()
        self._http.server_close()
