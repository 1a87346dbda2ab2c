"""The mails about an export's end, each as text and as HTML, in the language of the request.

The subjects are those of Saleor's mails.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from html import escape
from typing import Final

from chalicelib.domain.dashboard import app_page
from chalicelib.domain.download_name import download_name
from chalicelib.domain.download_token import sign_download_token
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.shop import Shop
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.services.work.bus_event import file_link
from chalicelib.settings import Settings
from chalicelib.words.text import Text, in_language, join, say

# Many mail clients drop style sheets, so every element has its own style. Those that follow a dark
# screen keep the sheet; the others show the light colours.
_DARK: Final = (
    "@media (prefers-color-scheme:dark){body{background:#14161a!important}"
    "div{background:#1f2329!important}h1,p{color:#e8eaed!important}"
    "p:last-child{color:#a8b0bb!important}}"
)
_HEAD: Final = (
    '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    f'<meta name="color-scheme" content="light dark"><style>{_DARK}</style></head>'
)
_PAGE: Final = (
    '<!doctype html><html lang="{language}">{head}<body style="margin:0;padding:16px;'
    "background:#f4f5f7;color:#1c1f24;font:16px/1.5 system-ui,sans-serif;"
    'overflow-wrap:anywhere"><div style="max-width:560px;margin:auto;padding:8px 24px;'
    'background:#fff;border-radius:8px"><h1 style="margin:16px 0 12px;font-size:20px">{title}</h1>'
    "{body}</div></body></html>"
)
_BUTTON: Final = (
    '<p style="margin:24px 0"><a href="{link}" style="display:inline-block;padding:10px 18px;'
    'border-radius:6px;background:#1f5fbf;color:#fff;text-decoration:none">{text}</a></p>'
)
_MUTED: Final = '<p style="color:#5b6470">{}</p>'
SIGN_IN: Final = "You need to sign in to download the file."
NO_SIGN_IN: Final = "Anyone who has this link can download the file, so do not forward it."
_UNITS: Final = {"kB": 10**3, "MB": 10**6, "GB": 10**9}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail in both forms."""

    subject: str
    text: str
    html: str


def mail_about(settings: Settings, job: ExportFile, now: datetime, shop: Shop | None) -> Mail:
    """Return the mail about the end of this export. `shop` is None if it is not connected."""
    label = EXPORT_TYPES[job.request.export_type].label
    if job.status is JobStatus.SUCCESS:
        link = _mail_link(settings, job, now, shop)
        return _success_mail(label, job, link, signed_in=not job.link_key)
    return _failure_mail(label, job)


def _mail_link(settings: Settings, job: ExportFile, now: datetime, shop: Shop | None) -> str:
    """Return the link to the file, with a token if it is to work without a session.

    Where the dashboard of the shop is known, the link leads to the app's page in it: staff of a
    connected shop sign in there.
    """
    if not job.link_key:
        page = app_page(shop) if shop else ""
        return f"{page}?export={job.id}" if page else file_link(settings, job)
    until = now + timedelta(seconds=settings.download_token_seconds)
    return (
        f"{file_link(settings, job)}?token={sign_download_token(job, min(until, job.expires_at))}"
    )


def _success_mail(label: str, job: ExportFile, link: str, *, signed_in: bool) -> Mail:
    """Return the mail with the link; `signed_in` says that the link asks for a session."""
    shown = partial(in_language, code=job.language)
    title = shown(say("Your exported {label} data is ready", label=say(label)))
    summary, facts = shown(job.request.summary), shown(_facts(job))
    how = shown(say(SIGN_IN) if signed_in else say(NO_SIGN_IN))
    until = shown(say("The file will be deleted on {day:%d %B %Y}.", day=job.expires_at))
    download = shown(say("Download the file"))
    about = [*_paragraph(summary), *_paragraph(download_name(job), facts)]
    body = f"{_html(about)}{_BUTTON.format(link=escape(link), text=escape(download))}"
    return _mail(job, title, [*about, f"{download}:\n{link}"], body, f"{how} {until}")


def _failure_mail(label: str, job: ExportFile) -> Mail:
    """Return the mail with the reason, which says what to do."""
    shown = partial(in_language, code=job.language)
    title = shown(say("Exporting {label} data failed", label=say(label)))
    reason = shown(job.message or say("The export failed. No file was written. Export again."))
    requested = shown(
        say("You requested this export on {time:%d %B %Y at %H:%M} UTC.", time=job.created_at)
    )
    about = [*_paragraph(job.request.title, shown(job.request.summary)), reason]
    return _mail(job, title, about, _html(about), requested)


def _facts(job: ExportFile) -> Text:
    rows, size = job.row_count or 0, _size(job.file_size_bytes or 0)
    text = say("{rows:,} row" if rows == 1 else "{rows:,} rows", rows=rows)
    return join(", ", (text, size))


def _paragraph(*lines: str) -> list[str]:
    """Return a paragraph of the lines that are not empty, or none."""
    paragraph = "\n".join(filter(None, lines))
    return [paragraph] if paragraph else []


def _html(paragraphs: Iterable[str]) -> str:
    lines = (escape(one).replace("\n", "<br>") for one in paragraphs)
    return "".join(f"<p>{one}</p>" for one in lines)


def _mail(job: ExportFile, title: str, paragraphs: list[str], body: str, last: str) -> Mail:
    text = "\n\n".join((f"{title}.", *paragraphs, last))
    html = _PAGE.format(
        language=job.language,
        head=_HEAD,
        title=escape(title),
        body=f"{body}{_MUTED.format(escape(last))}",
    )
    return Mail(title, f"{text}\n", html)


def _size(size_bytes: float) -> Text:
    """Return a size in decimal units, as browsers show it: 1,234,567 bytes are 1.2 MB."""
    if size_bytes < 1000:
        return say("{size:.0f} bytes", size=size_bytes)
    unit = next((unit for unit, most in _UNITS.items() if size_bytes < 1000 * most), "GB")
    return say("{size:.1f} {unit}", size=size_bytes / _UNITS[unit], unit=unit)
