from __future__ import annotations

import logging

import pytest

from chalicelib.logs import JsonFormatter
from tests.factories import Service, fill, make_gift_card, make_service


def test_no_code_row_link_or_address_gets_into_the_logs_of_an_export(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    service = Service()
    fill(service.source, "gift_cards", make_gift_card(1, "SECRET-CODE"))
    service.request("gift_cards")
    failing = make_service(products=3)
    failing.source.records["default", "products"][2] = b'{"name": "SECRET-ROW"'
    failing.request()
    service.work()
    failing.work()
    lines = "\n".join(map(JsonFormatter().format, caplog.records))
    assert "export succeeded" in lines
    assert "export failed" in lines
    for secret in ("SECRET-CODE", "SECRET-ROW", "https://", "X-Amz", "ann@shop.example"):
        assert secret not in lines
