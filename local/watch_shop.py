"""Say in the terminal when a shop is connected, and when its products are read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from chalicelib.catalog import kinds
from chalicelib.domain.shop_ports import ShopStore

LOOK_SECONDS: Final = 2.0


def watch_shop(store: ShopStore, name: str) -> None:
    """Print what happens to a shop's installation from now on, in the background."""
    threading.Thread(target=_print_all, args=(store, name), daemon=True).start()


def _print_all(store: ShopStore, name: str) -> None:
    for text in describe_changes(store, name):
        print(text, flush=True)


def describe_changes(
    store: ShopStore, name: str, pause: Callable[[float], object] = time.sleep
) -> Iterator[str]:
    """Yield a sentence when the shop is connected and one when its products are read."""
    while not _is_connected(store, name):
        pause(LOOK_SECONDS)
    yield f"The shop {name} is connected. Waybill reads its products."
    while not _is_read(store, name):
        pause(LOOK_SECONDS)
    yield f"The products of {name} are read. Exports are current from now on."


def _is_connected(store: ShopStore, name: str) -> bool:
    shop = store.find(name)
    return shop is not None and shop.is_connected


def _is_read(store: ShopStore, name: str) -> bool:
    state = store.find_state(name, kinds.PRODUCTS)
    return state is not None and state.is_ready
