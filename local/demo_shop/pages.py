"""Relay pages over lists, with Saleor's limits: a page holds at most 100 records."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from graphql import GraphQLError

MAX_PER_PAGE: Final = 100

Node = dict[str, Any]
Key = Callable[[Node], list[str]]


def make_page(
    nodes: Sequence[Node],
    key: Key,
    *,
    first: int | None,
    after: str | None,
    total: int | None = None,
) -> Node:
    """Return a connection: the `first` nodes whose key is greater than that of the cursor `after`.

    A cursor holds the values that the list is sorted by, as Saleor's do. So records that are
    edited or deleted in the middle of a walk move no other record.
    """
    if first is None:
        raise GraphQLError("You must provide a `first` or `last` value to properly paginate.")
    if first > MAX_PER_PAGE:
        raise GraphQLError(f"Requesting {first} records exceeds the limit of {MAX_PER_PAGE}.")
    ordered = sorted(nodes, key=key)
    left = [node for node in ordered if after is None or key(node) > read_cursor(after)]
    shown = left[:first]
    return {
        "totalCount": len(nodes) if total is None else total,
        "edges": [{"node": node, "cursor": write_cursor(key(node))} for node in shown],
        "pageInfo": {
            "hasNextPage": len(left) > len(shown),
            "hasPreviousPage": after is not None,
            "startCursor": write_cursor(key(shown[0])) if shown else None,
            "endCursor": write_cursor(key(shown[-1])) if shown else None,
        },
    }


def write_cursor(values: list[str]) -> str:
    """Return the cursor of a record with these sort values."""
    return base64.b64encode(json.dumps(values).encode()).decode()


def read_cursor(text: str) -> list[str]:
    """Return the sort values in a cursor; GraphQLError if it is not one."""
    try:
        read = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise GraphQLError("Received cursor is invalid.") from error
    return [str(value) for value in read]
