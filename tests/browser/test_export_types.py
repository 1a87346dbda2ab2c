"""The page's table of export types, beside the service's registry."""

from __future__ import annotations

from playwright.sync_api import Page

from chalicelib.exports.registry import EXPORT_TYPES
from tests.local_run import LocalRun

TABLE = """async () => {
  const { $export_types } = await import(document.querySelector("script").src);
  return $export_types.EXPORT_TYPES;
}"""


def test_the_page_knows_every_export_type_of_the_service(page: Page, service: LocalRun) -> None:
    page.goto(service.url)
    known = page.evaluate(TABLE)
    assert {name: (one["permission"], one["idType"]) for name, one in known.items()} == {
        name: (one.permission, one.id_type) for name, one in EXPORT_TYPES.items()
    }
