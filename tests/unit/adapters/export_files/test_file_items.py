"""Requests that are too large for the record of their job."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.adapters.export_files.file_items import write_request_head
from chalicelib.domain.request import ExportRequest, Scope
from tests.factories import make_request

LARGE = ["x" * 100] * 100


@pytest.mark.parametrize(
    "part",
    [{"ids": tuple(LARGE)}, {"filter": {"slugs": LARGE}}, {"parameters": {"attributes": LARGE}}],
)
def test_the_head_of_a_large_request_has_none_of_its_large_parts(part: dict[str, Any]) -> None:
    request = make_request(scope=Scope.FILTER, **part)
    head = write_request_head(request)
    assert len(head) < 1_000
    assert ExportRequest.from_json(json.loads(head)).scope is Scope.FILTER
