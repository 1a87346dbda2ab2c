from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.catalog.joined_kinds import JoinedKinds
from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import Formulas, Scope
from chalicelib.errors import RequestRefused
from chalicelib.exports.export_type import InputContext
from chalicelib.exports.voucher_codes import VOUCHER_CODES
from tests.catalog_files import code_id, make_voucher
from tests.factories import Service, fill, make_settings


def codes_of(*vouchers: dict[str, Any], **given: Any) -> list[str]:
    """The lines of an export of these vouchers' codes, below the header."""
    service = Service(settings=make_settings(segment_records=1))
    service.worker = replace(service.worker, source=JoinedKinds(service.source))
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


def test_moments_with_and_without_a_fraction_of_a_second_are_in_order() -> None:
    moments = {"whole": "08:00:01", "after": "08:00:01.5", "just_after": "08:00:01.000001"}
    voucher = make_voucher(1, *moments)
    for code, moment in zip(voucher["codes"], moments.values(), strict=True):
        code["createdAt"] = f"2026-11-24T{moment}Z"
    assert codes_of(voucher, **of_voucher(1)) == ["after", "just_after", "whole"]


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


def test_several_vouchers_give_their_codes_one_voucher_after_the_other() -> None:
    vouchers = [make_voucher(1, "A", "B"), make_voucher(2, "C"), make_voucher(12, "D", "E")]
    ids = [encode_global_id("Voucher", number) for number in (12, 1, 12, 99)]
    codes = codes_of(*vouchers, parameters={"voucher_ids": ids})
    assert (set(codes[:2]), set(codes[2:])) == ({"A", "B"}, {"D", "E"})


@pytest.mark.parametrize("size", [500, 1_200])
def test_every_code_of_large_vouchers_is_there_once(size: int) -> None:
    names = [[f"{letter}-{place}" for place in range(size)] for letter in "AB"]
    vouchers = [make_voucher(number, *codes) for number, codes in enumerate(names, start=1)]
    ids = [encode_global_id("Voucher", number) for number in (1, 2)]
    codes = codes_of(*vouchers, parameters={"voucher_ids": ids})
    assert sorted(codes) == sorted(names[0] + names[1])


VOUCHER = encode_global_id("Voucher", 1)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"voucherIds": [VOUCHER], "voucherId": VOUCHER}, "cannot be combined with `voucherId`"),
        ({"voucherIds": [VOUCHER], "ids": [code_id("A")]}, "cannot be combined with `ids`"),
        ({"voucherIds": [VOUCHER, encode_global_id("Product", 1)]}, "Invalid voucher IDs"),
        ({"voucherIds": [VOUCHER] * 101}, "At most 100 vouchers"),
    ],
)
def test_vouchers_that_cannot_be_meant_are_refused(given: dict[str, Any], said: str) -> None:
    dictionaries = Dictionaries(Service().source, "default")
    context = InputContext(dictionaries=dictionaries, formulas=Formulas.ESCAPE, max_ids=10)
    with pytest.raises(RequestRefused, match=said) as refused:
        VOUCHER_CODES.read_input(context, {**given, "fileType": "CSV"})
    assert refused.value.field == "voucherIds"
