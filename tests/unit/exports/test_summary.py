from __future__ import annotations

from typing import Any

import pytest

from chalicelib.catalog.dictionaries import Dictionaries
from chalicelib.domain.file_options import LayoutOptions
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import Scope
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.exports.summary import summarize, tell_filter
from chalicelib.words.text import in_language
from tests.catalog_files import make_collection
from tests.factories import fill, make_request, make_service


def summary_of(export_type: str = "products", **given: Any) -> str:
    source = make_service().source
    fill(source, "collections", make_collection(1, "Summer Picks"))
    request = make_request(export_type, **given)
    return summarize(EXPORT_TYPES[export_type], request, Dictionaries(source, "default"))


def filtered(**conditions: Any) -> str:
    return summary_of(scope=Scope.FILTER, filter=conditions)


def test_a_summary_counts_what_was_chosen() -> None:
    chosen = {"fields": ["NAME", "CATEGORY"], "warehouses": ["a"], "channels": []}
    assert summary_of(parameters=chosen) == "All products · 2 fields, 1 warehouse"


def test_a_summary_reads_no_dictionary_that_a_filter_does_not_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, read = make_service().source, set[str]()
    monkeypatch.setattr(source, "find_dictionary", lambda shop, kind, **_: read.add(kind))
    for name, parameters in (
        ("products", {"fields": ["CATEGORY", "PRODUCT_TYPE"], "channels": ["a"]}),
        ("voucher_codes", {"voucher_id": encode_global_id("Voucher", 1)}),
    ):
        request = make_request(name, parameters=parameters)
        summarize(EXPORT_TYPES[name], request, Dictionaries(source, "default"))
    assert read == set()


def test_a_code_in_a_condition_shows_its_end_only() -> None:
    summary = summary_of("gift_cards", scope=Scope.FILTER, filter={"code": "GIFT-1234"})
    assert summary == "Gift cards matching code ••••1234"


def test_selected_records_are_counted() -> None:
    assert summary_of(scope=Scope.IDS, ids=("a", "b")) == "2 selected products"
    one = summary_of(scope=Scope.IDS, ids=("a",))
    assert (one, in_language(one, "de")) == ("1 selected product", "Produkt: 1 ausgewählt")


def test_ids_in_a_filter_have_names() -> None:
    ids = [encode_global_id("Collection", number) for number in (1, 9)]
    assert filtered(collections=ids) == f"Products matching collections Summer Picks, {ids[1]}"


def test_voucher_codes_name_their_voucher() -> None:
    voucher = encode_global_id("Voucher", 1)
    found = summary_of("voucher_codes", parameters={"voucher_id": voucher})
    assert found == "Voucher codes of voucher 1"


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ({"search": "tea"}, "search tea"),
        ({"isPublished": False, "search": None}, "published no"),
        ({"isActive": True, "isAvailable": False}, "active yes, available for purchase no"),
        ({"stockAvailability": "OUT_OF_STOCK"}, "availability out of stock"),
        ({"price": {"gte": 5, "lte": 9}}, "price from 5, to 9"),
        ({"tags": list("abcde")}, "tags a, b, c and 2 more"),
        (dict.fromkeys("abcdef", True), "a yes, b yes, c yes, d yes and 2 more"),
        ({"search": "x" * 50}, f"search {'x' * 40}…"),
    ],
)
def test_conditions_are_short_words(conditions: dict[str, Any], words: str) -> None:
    assert filtered(**conditions) == f"Products matching {words}"


BERLIN = LayoutOptions(time_zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("bounds", "layout", "words"),
    [
        ({"gte": "2026-11-19T23:00:00.000Z"}, BERLIN, "from 2026-11-20"),
        ({"lte": "2026-11-20T22:59:59.999Z"}, BERLIN, "to 2026-11-20"),
        ({"lte": "2026-11-19T23:00:00.000Z"}, BERLIN, "to 2026-11-20 00:00 Europe/Berlin"),
        ({"gte": "2026-11-20T00:00:00Z"}, LayoutOptions(), "from 2026-11-20"),
        ({"gte": "2026-11-19T23:00:00+00:00"}, LayoutOptions(), "from 2026-11-19 23:00 UTC"),
        ({"lte": "9999-12-31T23:59:59Z"}, BERLIN, "to 9999-12-31T23:59:59Z"),
        ({"gte": "2026-11-19", "lte": "TODAY"}, BERLIN, "from 2026-11-19, to TODAY"),
    ],
)
def test_bounds_in_time_are_days_in_the_zone_of_the_file(
    bounds: dict[str, Any], layout: LayoutOptions, words: str
) -> None:
    summary = summary_of(scope=Scope.FILTER, filter={"updatedAt": bounds}, layout=layout)
    assert summary == f"Products matching last changed {words}"


def test_a_filter_is_told_with_more_conditions_and_names_than_a_summary_has() -> None:
    given = {"tags": list("abcde"), "search": "x" * 50, **dict.fromkeys("abc", True)}
    request = make_request("products", scope=Scope.FILTER, filter=given)
    told = tell_filter(request, Dictionaries(make_service().source, "default"))
    assert told == f"tags a, b, c, d, e, search {'x' * 50}, a yes, b yes, c yes"
    assert tell_filter(make_request("products"), Dictionaries(make_service().source, "")) == ""


def test_the_vouchers_of_codes_are_named() -> None:
    ids = [encode_global_id("Voucher", number) for number in range(1, 6)]
    summary = summary_of("voucher_codes", parameters={"voucher_ids": ids})
    assert summary == "Voucher codes of vouchers 1, 2, 3 and 2 more"


@pytest.mark.parametrize(
    ("given", "german"),
    [
        ({"parameters": {"channels": ["a"] * 2_000}}, "Alle Produkte · 2.000 Vertriebskanäle"),
        ({"scope": Scope.IDS, "ids": ("a", "b")}, "Produkte: 2 ausgewählt"),
        (
            {"scope": Scope.FILTER, "filter": {"stockAvailability": "IN_STOCK", "giftCard": True}},
            "Produkte mit Bestand auf Lager, Geschenkkarte ja",
        ),
        (
            {"scope": Scope.FILTER, "filter": {"price": {"gte": 5}, "tags": list("abcd")}},
            "Produkte mit Preis ab 5, Schlagwörter a, b, c und 1 weitere",
        ),
    ],
)
def test_a_summary_is_in_german_too(given: dict[str, Any], german: str) -> None:
    assert in_language(summary_of(**given), "de") == german
