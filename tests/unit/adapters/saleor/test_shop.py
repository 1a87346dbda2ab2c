"""How long others wait while a shop is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from chalicelib.adapters.outside_http import Answer
from chalicelib.adapters.saleor.client import SaleorApi
from chalicelib.adapters.saleor.shop import SaleorShop
from chalicelib.errors import RegistrationRefused, Unavailable
from chalicelib.services.sync.register_shop import APP_IDENTIFIER, Registration, register_shop
from tests.sync_world import API_URL, make_world

# Saleor gives a registration 18 seconds, and staff look at it.
ANSWER_SECONDS = 5


@dataclass
class FakeSlowShop:
    """Answers at the last moment, and the question about the earlier installation not at all."""

    asked: list[float] = field(default_factory=list)

    def send(self, method: str, url: str, *, seconds: float, **_: Any) -> Answer:
        self.asked.append(seconds)
        if len(self.asked) > 1:
            raise Unavailable("The shop did not answer.")
        app = {"id": "QXBwOjk=", "identifier": APP_IDENTIFIER, "name": "", "permissions": []}
        data = {"app": app, "shop": {"version": "3.23"}}
        return Answer(200, {}, json.dumps({"data": data}).encode())


def test_a_registration_is_answered_within_five_seconds_however_slow_the_shop_is() -> None:
    world, slow = make_world(1), FakeSlowShop()
    world.install()
    sync = replace(world.sync, api=SaleorShop(SaleorApi(slow)))  # type: ignore[arg-type]
    with pytest.raises(RegistrationRefused, match="installed in this shop already"):
        register_shop(sync, Registration(api_url=API_URL, token="new"))
    assert len(slow.asked) == 2
    assert sum(slow.asked) < ANSWER_SECONDS
