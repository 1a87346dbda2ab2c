"""Builders of the pages that a dashboard frames."""

from __future__ import annotations

from chalicelib.api.framed_pages import FramedPages
from chalicelib.api.pages import Pages
from chalicelib.settings import Settings


def make_framed_pages(settings: Settings | None = None) -> FramedPages:
    given = settings or Settings()
    return FramedPages(Pages(given), given)
