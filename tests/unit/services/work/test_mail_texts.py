from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.download_token import sign_download_token
from chalicelib.domain.export_file import ExportFile, JobStatus
from chalicelib.domain.transitions import create
from chalicelib.services.work.mail_texts import NO_SIGN_IN, SIGN_IN, Mail, mail_about
from chalicelib.words.text import say
from tests.factories import PUBLIC_URL, make_request, make_requestor, make_settings
from tests.fakes import START

AT = START.replace(hour=9, minute=5)
LINK = f"{PUBLIC_URL}/exports/x1/file"


def make_job(**given: Any) -> ExportFile:
    job = create(
        request=make_request("gift_cards"),
        requestor=make_requestor(),
        file_name="a&b.csv",
        now=AT,
        retention_seconds=86_400,
    ).after
    facts = {"id": "x1", "status": JobStatus.SUCCESS, "row_count": 1_234}
    return replace(job, **{**facts, "file_size_bytes": 1_234_567, **given})


def mail_of(job: ExportFile) -> Mail:
    settings = make_settings(download_token_seconds=600)
    return mail_about(settings, job, AT + timedelta(hours=1), None)


def plain(html: str) -> str:
    """The HTML without its styles."""
    return re.sub(r'<head>.*</head>| style="[^"]*"', "", html)


def test_a_mail_about_a_file_has_its_name_size_link_and_end() -> None:
    mail, name, end = mail_of(make_job()), "a&b.csv", f"{AT + timedelta(days=1):%d %B %Y}"
    assert mail.subject == "Your exported gift cards data is ready"
    assert mail.text == (
        f"{mail.subject}.\n\n{name}\n1,234 rows, 1.2 MB\n\nDownload the file:\n{LINK}\n\n"
        f"{SIGN_IN} The file will be deleted on {end}.\n"
    )
    assert plain(mail.html) == (
        f'<!doctype html><html lang="en"><body><div><h1>{mail.subject}</h1><p>a&amp;b.csv<br>'
        f'1,234 rows, 1.2 MB</p><p><a href="{LINK}">Download the file</a></p>'
        f"<p>{SIGN_IN} The file will be deleted on {end}.</p></div></body></html>"
    )


def test_a_mail_about_a_failure_has_the_reason_and_the_time_of_the_request() -> None:
    mail = mail_of(make_job(status=JobStatus.FAILED, message="1 < 2."))
    asked = f"You requested this export on {AT:%d %B %Y} at 09:05 UTC."
    assert mail.subject == "Exporting gift cards data failed"
    assert mail.text == f"{mail.subject}.\n\n1 < 2.\n\n{asked}\n"
    assert plain(mail.html) == (
        f'<!doctype html><html lang="en"><body><div><h1>{mail.subject}</h1>'
        f"<p>1 &lt; 2.</p><p>{asked}</p></div></body></html>"
    )


@pytest.mark.parametrize("status", [JobStatus.SUCCESS, JobStatus.FAILED])
def test_a_mail_says_in_one_line_what_was_exported(status: JobStatus) -> None:
    summary = say("All {label}", label=say("unused gift cards"))
    job = make_job(status=status, request=make_request("gift_cards", summary=summary))
    english, german = mail_of(job), mail_of(replace(job, language="de"))
    assert english.text.startswith(f"{english.subject}.\n\nAll unused gift cards\n\n")
    assert "</h1><p>All unused gift cards</p>" in plain(english.html)
    assert german.text.startswith(f"{german.subject}.\n\nAlle unbenutzten Geschenkkarten\n\n")


def test_a_summary_is_a_text_in_the_mail_not_html() -> None:
    mail = mail_of(make_job(request=make_request(summary="Products matching search <b>")))
    assert "<p>Products matching search &lt;b&gt;</p>" in plain(mail.html)


def test_a_mail_about_a_failure_has_the_title_of_the_export() -> None:
    request = make_request(title="Price list", summary="All products")
    mail = mail_of(make_job(request=request, status=JobStatus.FAILED, message="No."))
    assert mail.text.startswith(f"{mail.subject}.\n\nPrice list\nAll products\n\nNo.\n")
    assert "<p>Price list<br>All products</p><p>No.</p>" in plain(mail.html)


def test_a_mail_follows_a_dark_screen() -> None:
    html = mail_of(make_job()).html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme:dark){body{background:#14161a" in html


def test_a_failure_without_a_reason_says_what_to_do() -> None:
    mail = mail_of(make_job(status=JobStatus.FAILED, message=None))
    assert "\n\nThe export failed. No file was written. Export again.\n\n" in mail.text


@pytest.mark.parametrize(("left", "until"), [(60, 60), (86_400, 600)])
def test_a_link_that_needs_no_session_ends_with_the_file_or_before(left: int, until: int) -> None:
    now = AT + timedelta(hours=1)
    job = make_job(link_key="key", expires_at=now + timedelta(seconds=left))
    text = mail_of(job).text
    token = sign_download_token(job, now + timedelta(seconds=until))
    assert f"\n{LINK}?token={token}\n" in text
    assert f"{NO_SIGN_IN} The file will be deleted" in text


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (None, "0 bytes"),
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (1_000_000, "1.0 MB"),
        (2_500_000_000, "2.5 GB"),
        (7_000_000_000_000, "7000.0 GB"),
    ],
)
def test_sizes_are_those_of_browsers(size: int | None, text: str) -> None:
    assert f" rows, {text}\n" in mail_of(make_job(file_size_bytes=size)).text


def test_a_file_without_rows_says_so() -> None:
    assert "\n0 rows, " in mail_of(make_job(row_count=None)).text


@pytest.mark.parametrize(
    ("rows", "english", "german"), [(1, "1 row", "1 Zeile"), (1_234, "1,234 rows", "1.234 Zeilen")]
)
def test_rows_are_counted_as_people_say_them(rows: int, english: str, german: str) -> None:
    job = make_job(row_count=rows)
    assert f"\n{english}, 1.2 MB\n" in mail_of(job).text
    assert f"\n{german}, 1,2 MB\n" in mail_of(replace(job, language="de")).text
