from __future__ import annotations

import pytest

from chalicelib.adapters.live_codes import ShopCodes
from chalicelib.adapters.live_reader import REFUSED
from chalicelib.errors import ExportFailed
from tests.sync_world import NAME
from tests.unit.adapters.test_live_catalog import Live, connect, make_live


def finder(live: Live) -> ShopCodes:
    return ShopCodes(live.catalog.records, connect)


def test_cards_are_found_by_code_unless_they_were_used() -> None:
    live = make_live()
    cards = live.unused()[:60]
    used = next(card for card in live.shop.all("gift_cards") if card["lastUsedOn"])
    codes = [*(card["code"] for card in cards), used["code"], "NO-SUCH-CODE"]
    found = finder(live).find_ids(NAME, codes)
    assert found == {card["code"]: card["id"] for card in cards}


def test_a_shop_that_refuses_the_app_says_so() -> None:
    with pytest.raises(ExportFailed) as refused:
        finder(make_live()).find_ids("another.example", ["A"])
    assert refused.value.message == REFUSED
