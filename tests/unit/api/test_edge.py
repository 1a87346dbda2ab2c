"""What Chalice's requests become."""

from __future__ import annotations

import pytest

from chalicelib.api.edge import at_shop
from chalicelib.api.http_answer import HttpRequest


@pytest.mark.parametrize("named", ["127.0.0.1:8001", "127.0.0.1%3A8001", "127.0.0.1%3a8001"])
def test_an_address_may_name_a_shop_with_its_port(named: str) -> None:
    assert at_shop(HttpRequest(headers={}), named).shop == "127.0.0.1:8001"


def test_hosts_have_no_capitals() -> None:
    assert at_shop(HttpRequest(headers={}), "Shop.Example").shop == "shop.example"
