"""The mails, as text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from chalicelib.domain.export_file import ExportFile

_PAGE = (
    '<!doctype html><html lang="en"><body style="margin:0;padding:24px;background:#f4f5f7;color:#1c1f24;'
    'font:16px/1.5 system-ui,sans-serif"><div style="max-width:560px;margin:auto;padding:24px;background:#fff;'
    'border-radius:8px"><h1 style="margin:0 0 12px;font-size:20px">{title}</h1>{body}</div></body></html>'
)
_BUTTON = (
    '<p style="margin:20px 0"><a href="{link}" style="padding:10px 18px;border-radius:6px;background:#1f5fbf;'
    'color:#fff;text-decoration:none">Download {name}</a></p>'
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail in both forms."""

    subject: str
    text: str
    html: str


def success_mail(label: str, job: ExportFile, link: str, *, signed_in: bool = True) -> Mail:
    """The file is ready. The link leads to a page that checks who asks, or (not `signed_in`) holds a token."""
    title = f"Your exported {label} data is ready"
    facts = f"{job.row_count or 0:,} rows, {_size(job.file_size_bytes or 0)}"
    until = f"The file is kept until {job.expires_at:%d %B %Y}."
    how = (
        "You will be asked to sign in."
        if signed_in
        else "Whoever has this link can download the file."
    )
    text = f"{title}.\n\n{job.file_name}\n{facts}\n\nDownload it here. {how}\n{link}\n\n{until}\n"
    body = (
        f"<p>{escape(facts)}</p>{_BUTTON.format(link=escape(link), name=escape(job.file_name))}"
        f'<p style="color:#5b6470">{escape(how)} {escape(until)}</p>'
    )
    return Mail(title, text, _PAGE.format(title=escape(title), body=body))


def failure_mail(label: str, job: ExportFile) -> Mail:
    """The export failed, in a sentence, and what can be done."""
    title = f"Exporting {label} data failed"
    reason = job.message or "The export failed."
    asked = f"It was asked for on {job.created_at:%d %B %Y at %H:%M} UTC."
    text = f"{title}.\n\n{reason}\n\n{asked}\n"
    body = f'<p>{escape(reason)}</p><p style="color:#5b6470">{escape(asked)}</p>'
    return Mail(title, text, _PAGE.format(title=escape(title), body=body))


def _size(size_bytes: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size_bytes < 1000:
            return f"{size_bytes:.0f} {unit}" if unit == "bytes" else f"{size_bytes:.1f} {unit}"
        size_bytes /= 1000
    return f"{size_bytes:.1f} GB"
