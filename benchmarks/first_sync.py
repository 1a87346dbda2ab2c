"""Time the first sync of a demo shop that takes 0.8 s for a page of 100 products.

    python -m benchmarks.first_sync --products 5000 --in-flight 2

A page of ids and times takes the share of it that a recorded Saleor takes (0.063 of 0.94 s).
`--even` lets every request take as long as a page of products. The catalogue is kept in memory, so
that the seconds are the shop's and the pace's.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from chalicelib.services.sync import pace
from tests.sync_world import make_fake_api, make_world

SECONDS_A_PAGE: Final = 0.8
SHARES: Final = {"fetch": 1.0, "walk": 0.063 / 0.94, "read_dictionaries": 0.2}
EVEN: Final = dict.fromkeys(SHARES, 1.0)


@dataclass
class FakeSlowApi:
    """A shop whose answers take time, and how many it gave at once."""

    api: Any
    shares: dict[str, float]
    calls: dict[str, int] = field(default_factory=dict)
    in_flight: int = 0
    most: int = 0
    lock: Lock = field(default_factory=Lock)

    @property
    def shop(self) -> Any:
        """Return the shop behind the answers."""
        return self.api.shop

    def __getattr__(self, name: str) -> Callable[..., Any]:
        answer = getattr(self.api, name)

        def call(*given: Any, **named: Any) -> Any:
            self._count(name, 1)
            time.sleep(SECONDS_A_PAGE * self.shares.get(name, 0))
            try:
                return answer(*given, **named)
            finally:
                self._count(name, -1)

        return call

    def _count(self, name: str, step: int) -> None:
        with self.lock:
            self.calls[name] = self.calls.get(name, 0) + max(step, 0)
            self.in_flight += step
            self.most = max(self.most, self.in_flight)


def first_sync(
    products: int, in_flight: int, shares: dict[str, float]
) -> tuple[float, FakeSlowApi]:
    """Return the seconds of a first sync, and the shop that was asked."""
    pace.MAX_IN_FLIGHT = in_flight  # type: ignore[attr-defined]
    api = make_fake_api(products)
    api.page_size = 100
    slow = FakeSlowApi(api, shares)
    world = make_world(api=slow)
    began = time.monotonic()
    world.install()
    seconds = time.monotonic() - began
    assert len(world.documents()) == products
    return seconds, slow


def bound_of(products: int) -> float:
    """Return the seconds that a first sync may take with two requests in flight."""
    return -(-products // 100) * SECONDS_A_PAGE / 2 * 1.1 + 10


def main() -> None:
    """Print the seconds of a first sync and the requests that it took."""
    logging.disable(logging.CRITICAL)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int, default=5_000)
    parser.add_argument("--in-flight", type=int, default=2)
    parser.add_argument("--even", action="store_true")
    given = parser.parse_args()
    seconds, shop = first_sync(given.products, given.in_flight, EVEN if given.even else SHARES)
    print(
        f"{given.products:,} products in {seconds:.1f} s, {time.process_time():.1f} s of them on a "
        f"processor (bound {bound_of(given.products):.0f} s for two in flight)"
    )
    print(f"requests: {shop.calls}, at most {shop.most} at once")


if __name__ == "__main__":
    main()
