"""A German page shows the texts of the service in German."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.trouble import unreadable_gift_card
from tests.local_run import LocalRun

TEA = {"scope": "FILTER", "filter": {"search": "tea"}, "exportInfo": {"fields": ["NAME"]}}


def test_summaries_failures_and_histories_are_german(open_page: Visit, service: LocalRun) -> None:
    service.ended(service.export("exportProducts", **TEA))
    with unreadable_gift_card(service):
        service.ended(service.export("exportGiftCards", scope="ALL"))
    page = open_page(locale="de")
    page.goto(f"{service.url}/#token={service.token()}")
    failed, tea = page.locator(".export").nth(0), page.locator(".export").nth(1)
    expect(tea).to_contain_text("Produkte mit Suche tea · 1 Feld")
    expect(failed.locator(".failure")).to_contain_text("Der Export ist an einem Fehler")
    failed.get_by_role("button", name="Einzelheiten").click()
    expect(failed.locator(".timeline")).to_contain_text("Der Export ist an einem Fehler")


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_button_of_a_message_is_on_the_screen_however_long_its_words(
    open_page: Visit, service: LocalRun, width: int
) -> None:
    page = open_page(locale="de", viewport={"width": width, "height": 740})
    page.goto(f"{service.url}/#token={service.token()}")
    page.get_by_role("navigation").get_by_role("link", name="Neuer Export").click()
    page.get_by_placeholder("Titel und Name der Datei").fill("Produktdatenaktualisierung" * 3)
    page.get_by_role("button", name=re.compile("Zeilen exportieren$")).click()
    button = page.locator(".toast").get_by_role("button", name="Herunterladen")
    expect(button).to_be_in_viewport(ratio=1)
