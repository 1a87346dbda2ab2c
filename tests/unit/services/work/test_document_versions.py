"""An export of documents that are too old fails with a sentence and never has empty cells."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.export_file import JobStatus
from chalicelib.domain.global_id import encode_global_id
from chalicelib.domain.request import Scope
from chalicelib.exports.columns import Column, Level
from chalicelib.exports.product_columns import ID
from chalicelib.exports.products import PRODUCTS
from chalicelib.exports.registry import EXPORT_TYPES
from chalicelib.formats.cells import CellKind
from tests.factories import make_service

RATING = Column("rating", CellKind.VALUE, Level.RECORD, ("rating",), since=2)
NAME = Column("name", CellKind.TEXT, Level.RECORD, ("name",))
EVERYTHING: dict[str, Any] = {"scope": Scope.ALL}
BY_ID = {"scope": Scope.IDS, "ids": (encode_global_id("Product", 1),)}
FILTERED = {"scope": Scope.FILTER, "filter": {"slugs": ["product-1"]}}


def export(
    monkeypatch: pytest.MonkeyPatch, version: int, columns: list[Column], **given: Any
) -> tuple[JobStatus, str]:
    """The end of an export with these columns of documents of a version."""
    changed = replace(PRODUCTS, columns=lambda request, dictionaries: columns)
    monkeypatch.setitem(EXPORT_TYPES, "products", replace(changed, filter_versions={"slugs": 3}))
    service = make_service(products=2)
    service.source.version = version
    job = service.request(**given)
    service.work()
    ended = service.job(job)
    return ended.status, ended.message or ""


@pytest.mark.parametrize("asked", [EVERYTHING, BY_ID])
def test_a_column_that_documents_do_not_have_yet_fails_the_export(
    monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any]
) -> None:
    status, message = export(monkeypatch, 1, [ID, RATING], **asked)
    assert status is JobStatus.FAILED
    assert "The products are outdated. Load them again." in message


@pytest.mark.parametrize("asked", [EVERYTHING, BY_ID])
def test_documents_of_the_version_of_a_column_or_later_are_exported(
    monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any]
) -> None:
    for version in (2, 3):
        assert export(monkeypatch, version, [ID, RATING], **asked)[0] is JobStatus.SUCCESS


def test_old_documents_are_exported_if_no_column_is_newer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert export(monkeypatch, 0, [ID, NAME])[0] is JobStatus.SUCCESS


def test_a_filter_that_documents_have_no_facts_for_fails_the_export(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert export(monkeypatch, 2, [ID], **FILTERED)[0] is JobStatus.FAILED
    assert export(monkeypatch, 3, [ID], **FILTERED)[0] is JobStatus.SUCCESS
