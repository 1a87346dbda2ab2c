"""The leaves of JSON values, and copies of the values with one leaf replaced."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.catalog_files import REAL_CATALOG

Path = tuple[str | int, ...]
# The last one ends cells of files whose format does not expect it.
REPLACEMENTS: tuple[Any, ...] = (7, "text", True, None, float("nan"), [], {}, '=a,"<b>\n')


@cache
def read_nodes(kind: str) -> list[dict[str, Any]]:
    """The nodes of a kind in the real catalogue."""
    lines = (REAL_CATALOG / f"{kind}.jsonl").read_bytes().splitlines()
    return [json.loads(line) for line in lines]


def find_leaves(node: Any, path: Path = ()) -> Iterator[Path]:
    """The paths to texts, numbers, booleans, nulls, and to lists and objects without items."""
    if not isinstance(node, dict | list) or not node:
        yield path
        return
    for step, part in node.items() if isinstance(node, dict) else enumerate(node):
        yield from find_leaves(part, (*path, step))


def get_part(node: Any, path: Path) -> Any:
    for step in path:
        node = node[step]
    return node


def replace_leaf(node: Any, path: Path, value: Any) -> Any:
    """A copy of the node with another value at the path. The parts beside the path are shared."""
    if not path:
        return value
    step, *rest = path
    changed = copy.copy(node)
    changed[step] = replace_leaf(node[step], tuple(rest), value)
    return changed


def shape_of(node: Any, path: Path) -> tuple[Any, ...]:
    """What is alike about leaves.

    Their path without positions, their type, and the input type above them.
    """
    input_type = ""
    for end in range(len(path)):
        part = get_part(node, path[:end])
        if isinstance(part, dict) and "attribute" in part:
            input_type = part["attribute"].get("inputType", "")
    steps = tuple("*" if isinstance(step, int) else step for step in path)
    return (*steps, input_type, type(get_part(node, path)))


@cache
def find_shapes(kind: str) -> list[tuple[dict[str, Any], Path]]:
    """A node and a path for every shape of leaf in the real nodes of a kind."""
    found: dict[tuple[Any, ...], tuple[dict[str, Any], Path]] = {}
    for node in read_nodes(kind):
        for path in find_leaves(node):
            found.setdefault(shape_of(node, path), (node, path))
    return list(found.values())
