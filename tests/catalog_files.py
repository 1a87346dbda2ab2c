"""Builders of small catalogues: nodes as Saleor's API gives them, and the files that hold them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

from chalicelib.domain.global_id import encode_global_id

REAL_CATALOG = Path(__file__).resolve().parents[2] / "shared" / "saleor" / "catalog"

Node = dict[str, Any]
PRODUCT_TYPE: Node = {
    "id": encode_global_id("ProductType", 1),
    "name": "Simple",
    "slug": "simple",
    "kind": "NORMAL",
}


def make_collection(number: int, name: str = "Summer Picks") -> Node:
    return {
        "id": encode_global_id("Collection", number),
        "name": name,
        "slug": f"collection-{number}",
    }


def make_warehouse(name: str) -> Node:
    key = uuid.uuid5(uuid.NAMESPACE_DNS, name)
    return {
        "id": encode_global_id("Warehouse", key),
        "name": name,
        "slug": name,
        "isPrivate": False,
        "clickAndCollectOption": "DISABLED",
        "shippingZones": {"edges": []},
    }


def make_voucher(number: int, *codes: str) -> Node:
    return {
        "id": encode_global_id("Voucher", number),
        "name": f"Voucher {number}",
        "codes": list(map(_make_code, codes)),
    }


def code_id(code: str) -> str:
    return encode_global_id("VoucherCode", uuid.uuid5(uuid.NAMESPACE_DNS, code))


def _make_code(code: str) -> Node:
    return {
        "id": code_id(code),
        "code": code,
        "createdAt": "2026-11-24T08:00:00+00:00",
        "isActive": True,
    }


def make_catalog(directory: Path, **nodes: Sequence[Node | str]) -> Path:
    """A directory with a file for each kind; a text among the nodes is a line as it is."""
    for kind, lines in nodes.items():
        text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
        (directory / f"{kind}.jsonl").write_text(text, encoding="utf-8", errors="surrogateescape")
    return directory


def id_of(type_name: str, slug: str) -> str:
    """The id of a thing with this slug: nodes that name it agree."""
    return encode_global_id(type_name, crc32(slug.encode()))


def make_stock(warehouse: str, quantity: int, allocated: int = 0, reserved: int = 0) -> Node:
    """The stock of a variant in a warehouse."""
    return {
        "warehouse": {"id": make_warehouse(warehouse)["id"]},
        "quantity": quantity,
        "quantityAllocated": allocated,
        "quantityReserved": reserved,
    }
