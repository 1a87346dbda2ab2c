"""Lists of exports whose pages end before they are full, as those of a filter can."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.export_file import ExportFile
from chalicelib.domain.export_list import ListPage, ListRequest
from chalicelib.domain.global_id import encode_global_id
from ops.served_exports import ServedExports, describe_node
from ops.stored_exports import StoredExports
from tests.pending_jobs import make_pending

PAGES = {None: ((), "a"), "a": (("3", "2"), "b"), "b": (("1",), None)}


class FakeClient:
    """A service whose pages have these exports; the first one is empty."""

    def ask(self, query: str, variables: dict[str, Any], deniable: object) -> dict[str, Any]:
        keys, end = PAGES[variables["after"]]
        ids = (encode_global_id("ExportFile", key) for key in keys)
        edges = [{"node": {"id": one, "user": None, "app": None}} for one in ids]
        return {
            "exportFiles": {
                "edges": edges,
                "pageInfo": {"hasNextPage": end is not None, "endCursor": end},
            }
        }


class FakeStore:
    """A store with the same pages."""

    def list(self, request: ListRequest) -> ListPage:
        keys, end = PAGES[request.after]
        jobs: tuple[ExportFile, ...] = tuple(replace(make_pending(), id=key) for key in keys)
        return ListPage(
            exports=jobs, positions=keys, has_next=end is not None, has_previous=False, end=end
        )


@pytest.mark.parametrize(("limit", "keys"), [(3, ["3", "2", "1"]), (2, ["3", "2"]), (1, ["3"])])
@pytest.mark.parametrize("served", [True, False])
def test_a_list_goes_on_after_a_page_that_is_not_full(
    served: bool, limit: int, keys: list[str]
) -> None:
    client: Any = FakeClient()
    store: Any = FakeStore()
    exports = ServedExports(client) if served else StoredExports(store, "default")
    assert [one["key"] for one in exports.list("FAILED", None, limit)] == keys


@pytest.mark.parametrize("given", [149.0, 3_000_000_000.0, 0.0])
def test_a_size_is_a_whole_number_of_bytes(given: float) -> None:
    id_ = encode_global_id("ExportFile", "3")
    size = describe_node({"id": id_, "user": None, "app": None, "fileSize": given})[
        "file_size_bytes"
    ]
    assert (size, type(size)) == (given, int)
