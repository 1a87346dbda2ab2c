from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.download_token import is_valid_token, shop_of_token, sign_download_token
from chalicelib.domain.export_file import ExportFile, link_revoked
from tests.factories import make_requestor
from tests.fakes import START
from tests.pending_jobs import make_pending

LATER = START + timedelta(hours=1)


def make_job() -> ExportFile:
    return make_pending(requestor=make_requestor(shop="main"), with_link_key=True)


def test_a_token_opens_the_export_it_was_signed_for_until_it_expires() -> None:
    job = make_job()
    token = sign_download_token(job, LATER)
    assert shop_of_token(token) == "main"
    assert is_valid_token(job, token, START)
    assert not is_valid_token(job, token, LATER)


@pytest.mark.parametrize("shop", ["a", "ab", "abc"])
def test_a_link_that_an_earlier_version_signed_opens_its_export(shop: str) -> None:
    job = replace(make_job(), id="export", shop=shop, link_key="key")
    claims = f'["{shop}",1900000000]'.encode()
    signature = hmac.new(b"key", b"export." + claims, hashlib.sha256).hexdigest()
    token = f"{base64.urlsafe_b64encode(claims).decode()}.{signature}"
    assert (shop_of_token(token), is_valid_token(job, token, START)) == (shop, True)
    assert sign_download_token(job, datetime.fromtimestamp(1_900_000_000, UTC)) == token


def test_a_token_opens_no_other_export() -> None:
    job, other = make_job(), make_job()
    token = sign_download_token(job, LATER)
    assert not is_valid_token(other, token, START)
    assert not is_valid_token(replace(other, link_key=job.link_key), token, START)


def test_a_revoked_token_opens_nothing() -> None:
    job = make_job()
    token = sign_download_token(job, LATER)
    assert not is_valid_token(link_revoked(job), token, START)
    assert not is_valid_token(
        link_revoked(job), sign_download_token(link_revoked(job), LATER), START
    )


@pytest.mark.parametrize(
    "token", ["", ".", "x", "bm9uZQ==.abc", "W10=.a", "WzEsMl0=.a", "\N{SNOWMAN}.\N{SNOWMAN}"]
)
def test_a_text_that_is_not_a_token_opens_nothing(token: str) -> None:
    assert shop_of_token(token) is None
    assert not is_valid_token(make_job(), token, START)


def test_a_token_whose_expiry_was_moved_is_refused() -> None:
    job = make_job()
    claims, _, _ = sign_download_token(job, LATER + timedelta(days=9)).partition(".")
    _, _, signature = sign_download_token(job, LATER).partition(".")
    assert not is_valid_token(job, f"{claims}.{signature}", START)
