"""German texts of the demo shop: every third product has them."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.global_id import number_of
from local.demo_nodes import rich_text

Node = dict[str, Any]


def translate(product: Node) -> Node:
    """Return a product with its German texts, if it has some."""
    if number_of(product["id"]) % 3 != 1:
        return product
    name = product["name"]
    german = {
        "name": f"{name} (deutsch)",
        "slug": None,
        "description": rich_text(f"Beschreibung: {name}."),
        "seoTitle": f"{name} kaufen",
        "seoDescription": None,
    }
    variants = [
        {**variant, "translations": {"de": {"name": f"Variante {place}"}}}
        for place, variant in enumerate(product["variants"], start=1)
    ]
    return {**product, "variants": variants, "translations": {"de": german}}
