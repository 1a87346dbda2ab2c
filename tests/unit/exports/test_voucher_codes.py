from __future__ import annotations

import uuid
from typing import Any

from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import Scope
from tests.catalog_files import code_id, make_voucher
from tests.factories import Service, fill


def codes_of(*vouchers: dict[str, Any], **given: Any) -> list[str]:
    """The lines of an export of these vouchers' codes, below the header."""
    service = Service()
    fill(service.source, "vouchers", *vouchers)
    job = service.request("voucher_codes", **given)
    service.work()
    header, *lines = service.file_of(job).decode().splitlines()
    assert header == "code"
    return lines


def of_voucher(number: int) -> dict[str, Any]:
    return {"parameters": {"voucher_id": encode_global_id("Voucher", number)}}


def test_a_voucher_gives_its_own_codes_and_no_others() -> None:
    assert codes_of(make_voucher(1, "A", "B"), make_voucher(2, "C"), **of_voucher(1)) == ["A", "B"]


def test_a_voucher_without_codes_gives_the_header_alone() -> None:
    assert codes_of(make_voucher(1), **of_voucher(1)) == []


def test_the_newest_codes_come_first_and_those_of_one_moment_by_code() -> None:
    voucher = make_voucher(1, "old", "b", "a", "new")
    voucher["codes"][0]["createdAt"] = "2026-11-24T07:59:59+00:00"
    voucher["codes"][3]["createdAt"] = "2026-11-24T09:30:00+01:00"
    assert codes_of(voucher, **of_voucher(1)) == ["new", "a", "b", "old"]


def test_codes_can_be_named_by_id_across_vouchers() -> None:
    ids = tuple(map(code_id, ("C", "A", "unknown", "A")))
    assert codes_of(make_voucher(1, "A", "B"), make_voucher(2, "C"), scope=Scope.IDS, ids=ids) == [
        "A",
        "C",
    ]


def test_inactive_codes_are_in() -> None:
    voucher = make_voucher(1, "A")
    voucher["codes"][0]["isActive"] = False
    assert codes_of(voucher, **of_voucher(1)) == ["A"]


def test_an_id_that_differs_in_its_last_digit_is_another() -> None:
    voucher = make_voucher(1, "SECRET")
    known, other = ("1111111111111111111111111111111" + digit for digit in "12")
    voucher["codes"][0]["id"] = encode_global_id("VoucherCode", uuid.UUID(known))
    asked = (encode_global_id("VoucherCode", uuid.UUID(other)),)
    assert codes_of(voucher, scope=Scope.IDS, ids=asked) == []
