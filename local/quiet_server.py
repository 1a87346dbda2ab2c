"""An HTTP server for browsers and workers, which may go away in the middle of an answer."""

from __future__ import annotations

import sys
from http.server import ThreadingHTTPServer
from typing import Any


class QuietServer(ThreadingHTTPServer):
    """Serves each connection in a thread, and prints errors but not that a client is gone."""

    daemon_threads = True
    request_queue_size = 128  # with the default of 5, many clients at once wait for seconds

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print errors, except that a client is gone: a closed tab is not a problem."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
