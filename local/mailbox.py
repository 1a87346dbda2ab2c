"""The mailbox of a local run: a page with the emails that the emulated SES has accepted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any, Final

from local.site import Answer, html_page

MAILBOX_PATH: Final = "/mailbox"
Mail = Mapping[str, Any]  # as the emulator stores it: Subject, To, BodyText, Timestamp
_URL: Final = re.compile(r"https?://[^\s<>\"]+")


class Mailbox:
    """Shows the emails that `find_mails` returns, newest first."""

    def __init__(self, find_mails: Callable[[], Sequence[Mail]]) -> None:
        self._find_mails = find_mails

    def answer(self, target: str, cookies: str, body: bytes) -> Answer | None:
        """Return the mailbox, None for another path."""
        if target.partition("?")[0] != MAILBOX_PATH:
            return None
        mails = sorted(self._find_mails(), key=lambda mail: mail["Timestamp"], reverse=True)
        articles = "".join(map(_article, mails))
        return html_page("Mailbox", articles or "<p>Waybill has not sent an email yet.</p>")


def _article(mail: Mail) -> str:
    sent_at = datetime.fromtimestamp(mail["Timestamp"], UTC)
    return (
        f"<article><h2>{escape(mail['Subject'])}</h2>"
        f"<small>to {escape(', '.join(mail['To']))}, {sent_at:%Y-%m-%d %H:%M:%S} UTC</small>"
        f"<pre>{_with_links(mail['BodyText'].strip())}</pre></article>"
    )


def _with_links(text: str) -> str:
    """Return a text as HTML in which addresses are links."""
    return _URL.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(text))
