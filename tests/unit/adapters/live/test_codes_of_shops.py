"""What every `CodeFinder` promises, and how the shop is asked."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from chalicelib.adapters.live import codes as live_codes
from chalicelib.adapters.live.codes import IDS_TOO_SLOW, TOO_SLOW, ShopCodes
from chalicelib.adapters.live.reader import REFUSED
from chalicelib.adapters.saleor.live import SaleorLive
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.shop_ports import CodeFinder
from chalicelib.errors import ExportFailed, PageBroken, Unavailable
from tests.sync_fakes import FakeCodeFinder
from tests.sync_world import NAME
from tests.unit.adapters.live.test_catalog import Live, connect, make_live
from tests.unit.adapters.live.test_codes import make_code

CARDS = "gift_cards"
CODES = "voucher_codes"
NO_CODE = encode_global_id("VoucherCode", "ffffffff-7f7c-4b0a-9d0b-1d0f5f1c1b11")


def finder(live: Live) -> ShopCodes:
    return ShopCodes(live.catalog.records, connect)


def make_shop_with_codes(*counts: int) -> Live:
    """A shop whose vouchers have so many codes each, numbered through."""
    live = make_live(60)
    codes = [make_code(place, place) for place in range(sum(counts))]
    for voucher, count in zip(live.shop.all("vouchers"), counts, strict=False):
        voucher["codes"], codes = codes[:count], codes[count:]
    return live


@pytest.fixture(params=["fake", "shop"])
def world(request: pytest.FixtureRequest) -> tuple[CodeFinder, dict[str, dict[str, str]]]:
    """A finder, and the ids that it knows by kind and code."""
    live = make_shop_with_codes(30, 250)
    codes = [code for voucher in live.shop.all("vouchers")[:2] for code in voucher["codes"]]
    known = {
        CARDS: {card["code"]: card["id"] for card in live.unused()},
        CODES: {code["code"]: code["id"] for code in codes},
    }
    ids = {(kind, code): one for kind, found in known.items() for code, one in found.items()}
    return (FakeCodeFinder(ids) if request.param == "fake" else finder(live)), known


@pytest.mark.parametrize("kind", [CARDS, CODES])
def test_ids_are_found_by_whole_codes(world: tuple[CodeFinder, Any], kind: str) -> None:
    codes, known = world[0], world[1][kind]
    wanted = list(known)[-25:]
    parts = [wanted[0][:-1], wanted[1] + "0", wanted[2].lower(), "NO-SUCH-CODE"]
    found = codes.find_ids(NAME, kind, [*wanted, *parts, wanted[0]])
    assert found == {code: known[code] for code in wanted}


def test_a_code_of_another_kind_is_not_found(world: tuple[CodeFinder, Any]) -> None:
    codes, known = world
    assert codes.find_ids(NAME, CARDS, list(known[CODES])[:1]) == {}
    assert codes.find_ids(NAME, CODES, list(known[CARDS])[:1]) == {}
    assert codes.find_ids(NAME, CODES, []) == {}


def test_voucher_codes_are_found_by_their_ids(world: tuple[CodeFinder, Any]) -> None:
    codes, known = world[0], world[1][CODES]
    wanted = {known[code]: code for code in list(known)[20:40]}
    assert codes.find_codes(NAME, [*wanted, NO_CODE]) == wanted
    assert codes.find_codes(NAME, []) == {}


def test_no_voucher_is_read_after_the_last_id_that_is_wanted() -> None:
    live = make_shop_with_codes(250, 30)
    code = live.shop.all("vouchers")[1]["codes"][7]
    assert finder(live).find_codes(NAME, [code["id"]]) == {code["id"]: code["code"]}
    assert sum("query Codes" in query for query in live.wire.queries) == 1


@pytest.mark.parametrize("counts", [(250,), (1, 1, 1)])
def test_ids_that_many_codes_or_vouchers_hide_are_refused(
    counts: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_codes, "MAX_CODES_SEARCHED", 249)
    with pytest.raises(ExportFailed) as refused:
        finder(make_shop_with_codes(*counts)).find_codes(NAME, [NO_CODE])
    assert refused.value.message == IDS_TOO_SLOW


def test_an_id_is_not_taken_for_unknown_before_all_vouchers_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live = make_shop_with_codes(1, 1)
    monkeypatch.setattr(live_codes, "MAX_VOUCHERS_LISTED", 1)
    with pytest.raises(ExportFailed) as refused:
        finder(live).find_codes(NAME, [NO_CODE])
    assert refused.value.message == IDS_TOO_SLOW


def test_cards_that_were_used_are_not_found() -> None:
    live = make_live()
    used = next(card for card in live.shop.all("gift_cards") if card["lastUsedOn"])
    assert finder(live).find_ids(NAME, CARDS, [used["code"]]) == {}


def test_no_page_is_read_after_the_last_code_that_is_wanted() -> None:
    live = make_shop_with_codes(250, 30)
    codes = ["CODE-00249", "CODE-00279"]
    assert list(finder(live).find_ids(NAME, CODES, codes)) == ["CODE-00279", "CODE-00249"]
    assert ["query Codes" in query for query in live.wire.queries] == [False, True, True]


def test_codes_that_many_others_hide_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_codes, "MAX_CODES_SEARCHED", 249)
    live = make_shop_with_codes(250)
    with pytest.raises(ExportFailed) as refused:
        finder(live).find_ids(NAME, CODES, ["CODE-00000"])
    assert refused.value.message == TOO_SLOW
    assert not any("query Codes" in query for query in live.wire.queries)


def test_a_text_in_too_many_vouchers_is_refused_unless_it_is_found() -> None:
    live = make_shop_with_codes(1)
    [voucher, *_] = live.shop.all("vouchers")
    for number in range(1_000, 1_025):
        live.shop.records["vouchers"][str(number)] = voucher | {"id": voucher["id"], "codes": []}
    assert finder(live).find_ids(NAME, CODES, ["NO-SUCH-CODE"]) == {}
    with pytest.raises(ExportFailed) as refused:
        finder(live).find_ids(NAME, CODES, [voucher["name"]])
    assert refused.value.message == TOO_SLOW


def test_a_shop_that_refuses_the_app_says_so() -> None:
    with pytest.raises(ExportFailed) as refused:
        finder(make_live()).find_ids("another.example", CARDS, ["A"])
    assert refused.value.message == REFUSED


@pytest.mark.parametrize(
    ("kind", "method"),
    [(CARDS, "find_gift_card_ids"), (CODES, "find_vouchers_of_codes")],
)
def test_an_error_of_the_shop_about_a_code_is_told_without_the_code(
    monkeypatch: pytest.MonkeyPatch, kind: str, method: str
) -> None:
    codes = ["SECRET-1"]

    def refuse(*given: Any) -> None:
        raise PageBroken(f"{codes} cannot be codes.")

    monkeypatch.setattr(SaleorLive, method, refuse)
    with pytest.raises(Unavailable) as error:
        finder(make_live()).find_ids(NAME, kind, codes)
    assert "SECRET" not in "".join(traceback.format_exception(error.value))
