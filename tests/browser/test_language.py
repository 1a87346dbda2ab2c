"""The page in English and German: no text is missing, and the choice is kept."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.local_run import LocalRun

# Each text by its path in the catalogues; a function by the number of its parameters.
TEXTS = """async () => {
  const source = document.querySelector("script").src;
  const { $language } = await import(source);
  const german = await import(source.replace("app.js", "texts-de.js"));
  const flat = (value, path = "") => value !== null && typeof value === "object"
    ? Object.entries(value).flatMap(([key, one]) => flat(one, `${path}/${key}`))
    : [[path, typeof value === "function" ? value.length : value]];
  return [$language.ENGLISH, german.texts].map((one) => Object.fromEntries(flat(one)));
}"""
# Words that are the same in both languages, and values that are not shown.
SAME = {
    *("", "–", "CSV", "Excel", "Gzip", "ID", "JSON", "JSONL", "Parquet", "Slugs", "1.50", "1,50"),
    *("Code", "Codes", "Filter", "Format", "Name", "Shop", "Status", "Text", "Token", "json"),
}


def test_every_text_of_the_page_is_in_english_and_in_german(page: Page, service: LocalRun) -> None:
    page.goto(service.url)
    english, german = page.evaluate(TEXTS)
    assert english.keys() == german.keys()
    for path, text in english.items():
        assert type(german[path]) is type(text), path
        # Numbers are the parameters of a function.
        is_same = isinstance(text, int) or text in SAME or "/defaults/" in path
        assert (german[path] == text) is is_same, path


def test_the_page_speaks_the_browsers_language_and_keeps_another_choice(
    open_page: Visit, service: LocalRun
) -> None:
    page = open_page(locale="de-AT")
    page.goto(service.url)
    expect(page.get_by_role("heading", name="Exporte Ihres Shops")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "de"
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Exports of your shop")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Exports of your shop")).to_be_visible()


def test_english_needs_no_other_catalogue(page: Page, service: LocalRun) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(service.url)
    expect(page.get_by_role("heading", name="Exports of your shop")).to_be_visible()
    assert not [url for url in fetched if "texts" in url]
