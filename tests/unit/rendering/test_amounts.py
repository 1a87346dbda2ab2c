"""Amounts in files for people, as CSV and as openpyxl reads them."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest

from chalicelib.domain.file_options import CellTypes, Layout, LayoutOptions
from chalicelib.rendering.amounts import amount_text
from tests.factories import (
    Service,
    fill,
    make_channel,
    make_gift_card,
    make_product,
    make_service,
    make_variant,
    make_variant_listing,
)

CURRENCIES = ("EUR", "JPY", "KWD")
PEOPLE = LayoutOptions(layout=Layout.PEOPLE)
CARDS: dict[str, Any] = {
    "export_type": "gift_cards",
    "parameters": {"columns": [{"key": "current_balance"}, {"key": "code"}]},
}
PRICES: dict[str, Any] = {
    "parameters": {"columns": [{"key": f"variant.price.{one.lower()}"} for one in CURRENCIES]}
}


def make_cards() -> Service:
    """A card in each currency, and one of a currency that nobody has heard of."""
    service = make_service()
    for number, currency in enumerate([*CURRENCIES, "???"], start=1):
        balance = {"amount": 1200.0, "currency": currency}
        balances = {"initialBalance": balance, "currentBalance": balance}
        fill(service.source, "gift_cards", make_gift_card(number, currency, **balances))
    return service


def make_prices() -> Service:
    """A variant with a price in a channel of each currency."""
    service = make_service()
    for number, currency in enumerate(CURRENCIES, start=1):
        fill(
            service.source,
            "channels",
            make_channel(number, currency.lower(), currencyCode=currency),
        )
    listings = [make_variant_listing(currency.lower(), 1200) for currency in CURRENCIES]
    variant = make_variant(1, channelListings=listings)
    fill(service.source, "products", make_product(1, variants=[variant]))
    return service


def export(service: Service, **given: Any) -> bytes:
    job = service.request(**{"layout": PEOPLE, **given})
    service.work()
    return service.file_of(job)


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))[1:]


def read_xlsx(content: bytes) -> list[list[tuple[Any, str]]]:
    """The value of each cell and how a spreadsheet shows it."""
    _, *rows = openpyxl.load_workbook(io.BytesIO(content))["Export"].iter_rows()
    return [[(cell.value, cell.number_format) for cell in row] for row in rows]


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("10.000", "EUR", "10.00"),
        ("-0.500", "EUR", "-0.50"),
        ("10.505", "EUR", "10.505"),
        ("1200.000", "JPY", "1200"),
        ("1200.500", "JPY", "1200.50"),
        ("0.000", "JPY", "0"),
        ("12.345", "KWD", "12.345"),
        ("10.000", "", "10.00"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency_and_loses_none(
    amount: str, currency: str, shown: str
) -> None:
    assert amount_text(amount, currency) == shown


def test_balances_of_several_currencies_have_the_decimals_of_each() -> None:
    rows = {code: balance for balance, code in read_csv(export(make_cards(), **CARDS))}
    assert rows == {"EUR": "1200.00", "JPY": "1200", "KWD": "1200.000", "???": "1200.00"}


def test_currencies_may_stand_beside_their_balances() -> None:
    keys = ["initial_balance", "currency", "current_balance"]
    columns = {"columns": [{"key": key} for key in keys]}
    rows = read_csv(export(make_cards(), **{**CARDS, "parameters": columns}))
    assert min(rows) == ["1200", "JPY", "1200"]


def test_prices_have_the_decimals_of_the_currency_of_their_channel() -> None:
    assert read_csv(export(make_prices(), **PRICES)) == [["1200.00", "1200", "1200.000"]]


def test_a_workbook_shows_as_many_decimals_as_each_currency_has() -> None:
    shown = ["#,##0.00", "#,##0", "#,##0.000"]
    (prices,) = read_xlsx(export(make_prices(), file_type="XLSX", **PRICES))
    assert prices == [(1200, one) for one in shown]
    cards = read_xlsx(export(make_cards(), file_type="XLSX", **CARDS))
    balances = {code: balance for balance, (code, _) in cards}
    assert [balances[currency] for currency in CURRENCIES] == prices


@pytest.mark.parametrize(
    "layout", [LayoutOptions(), LayoutOptions(layout=Layout.PEOPLE, types=CellTypes.TEXT)]
)
def test_saleor_s_texts_have_three_decimals(layout: LayoutOptions) -> None:
    balances = {row[0] for row in read_csv(export(make_cards(), layout=layout, **CARDS))}
    assert balances == {"1200.000"}


def test_programs_get_the_same_numbers_in_every_layout() -> None:
    files = [
        export(make_cards(), file_type="JSONL", layout=layout, **CARDS)
        for layout in (LayoutOptions(), PEOPLE)
    ]
    assert [file.count(b"1200.000") for file in files] == [4, 4]
