"""What the form takes over from the address of a dashboard's list."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.local_run import LocalRun

HANDED = """async (given) => {
  const { $handed } = await import(document.querySelector("script").src);
  return given.map(([query, type]) => $handed.handedForm(query, type, true));
}"""
ID = "UHJvZHVjdFR5cGU6MTg="


def handed(page: Page, *given: tuple[str, str]) -> list[Any]:
    found: list[Any] = page.evaluate(HANDED, given)
    return found


def test_filters_of_new_and_old_dashboards_become_conditions(page: Page, service: LocalRun) -> None:
    page.goto(service.url)
    between = "0[s3.price][0]=10&0[s3.price][1]=20&1=AND&2[s2.productType][0]=" + ID
    old = "priceFrom=10&priceTo=20&stockStatus=IN_STOCK&channel=eu&categories[0]=" + ID
    cards = "tag[0]=a&tag[1]=b&status=enabled&currentBalanceAmountFrom=5&0[s0.currency]=EUR"
    new, legacy, gifts = handed(
        page, (between, "products"), (old, "products"), (cards, "gift_cards")
    )
    assert new["filter"] == {"price": {"gte": "10", "lte": "20"}, "productTypes": [ID]}
    assert legacy["filter"]["price"] == new["filter"]["price"]
    assert legacy["filter"]["stockAvailability"] == "IN_STOCK"
    assert (legacy["filter"]["categories"], legacy["channel"]) == ([ID], "eu")
    assert gifts["filter"]["tags"] == "a, b"
    assert gifts["filter"]["currentBalance"] == {"gte": "5"}
    assert (gifts["filter"]["isActive"], gifts["filter"]["currency"]) == ("true", "EUR")


def test_what_cannot_be_said_in_our_conditions_is_left_out(page: Page, service: LocalRun) -> None:
    page.goto(service.url)
    joined, odd, colour = handed(
        page,
        ("query=tea&0[s0.giftCard]=true&1=OR&2[s0.category]=x", "products"),
        ("0[s5.price]=cheap&0[s0.giftCard]=maybe&asc=true&sort=name&activeTab=2", "products"),
        ("0[o2.color][0]=red&0[o2.color][1]=blue", "products"),
    )
    assert joined["filter"] == {"search": "tea"}
    assert (odd["filter"], odd["title"]) == ({}, "")
    assert colour["hiddenFilter"] == {"attributes": [{"slug": "color", "values": ["red", "blue"]}]}
