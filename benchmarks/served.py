"""A server in its own process, so that its processor time is not the measured one."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from typing import Any, Self


class Served:
    """The server at `url`; a context manager.

    `serve` gets `given` and a connection to send its port to.
    """

    def __init__(self, serve: Callable[..., None], *given: Any) -> None:
        self._serve = serve
        self._given = given
        self.url = ""

    def __enter__(self) -> Self:
        context = get_context("spawn")
        here, there = context.Pipe()
        self._process = context.Process(target=self._serve, args=(*self._given, there), daemon=True)
        self._process.start()
        self.url = f"http://127.0.0.1:{here.recv()}"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()
