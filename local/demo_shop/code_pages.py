"""Pages of voucher codes, with the defect that Saleor 3.23 has.

Codes are sorted newest first and then by code, but a cursor compares both in one direction. Of
codes that were created at the same moment, a walk shows only some, and some of them twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from graphql import GraphQLError

from local.demo_shop.pages import MAX_PER_PAGE, read_cursor, write_cursor

Node = Mapping[str, Any]


def make_code_page(
    codes: Sequence[Node],
    *,
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> dict[str, Any]:
    """Return the `first` codes after a cursor, or the `last` ones before it."""
    size = first if first is not None else last
    if size is None or size > MAX_PER_PAGE:
        raise GraphQLError("You must provide a `first` or `last` value to properly paginate.")
    ordered = sorted(codes, key=lambda one: (-_created(one).timestamp(), one["code"]))
    cursor = read_cursor(after or before or "") if after or before else None
    left = [one for one in ordered if cursor is None or _is_left(_key(one), cursor, bool(before))]
    shown = left[:size] if first is not None else left[-size:]
    return _page(codes, shown, has_more=len(left) > len(shown), is_backwards=first is None)


def _is_left(key: list[str], cursor: list[str], is_backwards: bool) -> bool:
    return key > cursor if is_backwards else key < cursor


def _page(
    codes: Sequence[Node], shown: Sequence[Node], *, has_more: bool, is_backwards: bool
) -> dict[str, Any]:
    cursors = [write_cursor(_key(one)) for one in shown]
    return {
        "totalCount": len(codes),
        "edges": [
            {"node": node, "cursor": cursor} for node, cursor in zip(shown, cursors, strict=True)
        ],
        "pageInfo": {
            "hasNextPage": has_more and not is_backwards,
            "hasPreviousPage": has_more and is_backwards,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
    }


def _key(code: Node) -> list[str]:
    return [code["createdAt"], code["code"]]


def _created(code: Node) -> datetime:
    return datetime.fromisoformat(code["createdAt"])
