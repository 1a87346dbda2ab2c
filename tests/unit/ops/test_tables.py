"""Tables for a terminal."""

from __future__ import annotations

from ops.tables import make_table


def test_a_name_does_not_give_orders_to_the_terminal() -> None:
    table = make_table([("id", "requestor"), ("1", "Ann\x1b[2J\x9b2J\nBea Ößtan 茶")])
    assert table == "id  requestor\n1   Ann�[2J�2J�Bea Ößtan 茶"
