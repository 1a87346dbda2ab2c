"""Jobs to put into a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.export_file import ExportFile, FileResult
from chalicelib.domain.export_list import ListFilter, ListRequest
from chalicelib.domain.ports import ExportFileStore
from chalicelib.domain.requestor import App, User
from chalicelib.domain.segment import Segment, SegmentPlan, SegmentResult
from chalicelib.domain.transitions import Transition, create, succeed
from chalicelib.exports.registry import EXPORT_TYPES
from tests.factories import ANN, make_request, make_requestor
from tests.fakes import START

LATER = START + timedelta(minutes=1)
PLAN = SegmentPlan((Segment(0, 0, 0, 5), Segment(1, 1, 1, 5)))
FILE = FileResult(file_key="k", size_bytes=3, row_count=1)


def make_creation(
    *,
    shop: str = "default",
    minute: float = 0,
    user: User | None = ANN,
    app: App | None = None,
    export_type: str = "products",
    ids: tuple[str, ...] = ("a", "b"),
    history_seconds: int = 0,
    language: str = "en",
) -> Transition:
    """The creation of a job, so many minutes after the start."""
    return create(
        request=make_request(export_type, filter={"search": "x"}, ids=ids),
        requestor=replace(make_requestor(shop=shop, user=user, app=app), language=language),
        file_name="products.csv",
        now=START + timedelta(minutes=minute),
        retention_seconds=3600,
        history_seconds=history_seconds,
    )


def add(store: ExportFileStore, **given: Any) -> ExportFile:
    """A pending job in the store."""
    creation = make_creation(**given)
    store.create(creation)
    return creation.after


def add_finished(store: ExportFileStore, *, at: datetime = LATER, **given: Any) -> ExportFile:
    """A job that has succeeded."""
    done = succeed(add(store, **given), FILE, now=at)
    store.save(done)
    return done.after


def make_segment(number: int, key: str = "k") -> SegmentResult:
    return SegmentResult(number=number, file_key=key, size_bytes=10, row_count=5, crc32=7)


def make_list_request(size: int = 10, **given: Any) -> ListRequest:
    """A request for a list; fields of the filter are given as `filter`."""
    wanted = {"export_types": frozenset(EXPORT_TYPES), **given.pop("filter", {})}
    return ListRequest(shop="default", filter=ListFilter(**wanted), size=size, **given)
