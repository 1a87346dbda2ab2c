"""Write a believable shop from a seed, as the JSON Lines that `python -m ops load-catalog` reads.

`python -m local.demo_catalog DIR --products 20000`. The same seed writes the same bytes. Records
are written one by one, so that any number of products needs the same memory.
"""

from __future__ import annotations

import argparse
import random
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from chalicelib.domain.global_id import encode_global_id
from local import demo_words as words
from local.demo_nodes import Node, edges, encode, make_id, moment_of, named, referred
from local.demo_products import make_products

SEED: Final = 20_261_124

_SHOP: Final[Node] = {
    "name": "Tidewater Goods",
    "version": "3.23",
    "defaultWeightUnit": "KG",
    "domain": {"url": "https://shop.example/", "host": "shop.example"},
}


def write_catalog(
    directory: Path,
    *,
    products: int = 300,
    gift_cards: int = 60,
    vouchers: int = 6,
    codes_per_voucher: int = 40,
    seed: int = SEED,
) -> None:
    """Write the files of a whole catalogue into `directory`, which is created if it is missing."""
    directory.mkdir(parents=True, exist_ok=True)
    nodes_by_kind = make_nodes(
        products=products,
        gift_cards=gift_cards,
        vouchers=vouchers,
        codes_per_voucher=codes_per_voucher,
        seed=seed,
    )
    for kind, nodes in nodes_by_kind.items():
        _write(directory / f"{kind}.jsonl", nodes)


def make_nodes(
    *,
    products: int = 300,
    gift_cards: int = 60,
    vouchers: int = 6,
    codes_per_voucher: int = 40,
    seed: int = SEED,
) -> dict[str, Iterable[Node]]:
    """Return the records of a whole catalogue by kind, made one by one as they are read."""
    return {
        "shop": [_SHOP],
        "attributes": map(_attribute, words.ATTRIBUTES),
        "categories": map(_category, words.CATEGORIES),
        "channels": map(_channel, words.CHANNELS),
        "collections": (named("Collection", *collection) for collection in words.COLLECTIONS),
        "product_types": map(_product_type, words.PRODUCT_TYPES),
        "warehouses": map(_warehouse, words.WAREHOUSES),
        "products": make_products(products, random.Random(seed)),
        "gift_cards": _gift_cards(gift_cards, random.Random(seed + 1)),
        "vouchers": _vouchers(vouchers, codes_per_voucher, random.Random(seed + 2)),
    }


def _write(path: Path, nodes: Iterable[Node]) -> None:
    with path.open("wb") as file:
        for node in nodes:
            file.write(encode(node) + b"\n")


def _attribute(facts: tuple[str, str, str, str | None, str | None]) -> Node:
    slug, name, input_type, entity_type, unit = facts
    of_products = [t[0] for t in words.PRODUCT_TYPES if slug in (*t[4], *words.COMMON_ATTRIBUTES)]
    of_variants = [t[0] for t in words.PRODUCT_TYPES if slug in t[5]]
    return {
        **named("Attribute", slug, name),
        "type": "PRODUCT_TYPE",
        "inputType": input_type,
        "entityType": entity_type,
        "unit": unit,
        "valueRequired": False,
        "withChoices": input_type in ("DROPDOWN", "MULTISELECT", "SWATCH"),
        "productTypes": edges(referred("ProductType", t) for t in of_products),
        "productVariantTypes": edges(referred("ProductType", t) for t in of_variants),
    }


def _category(facts: tuple[str, str, str | None]) -> Node:
    slug, name, parent = facts
    parents = {child: above for child, _, above in words.CATEGORIES}
    line: list[str] = []
    while parent is not None:
        line.insert(0, parent)
        parent = parents[parent]
    return {
        **named("Category", slug, name),
        "level": len(line),
        "parent": {"id": make_id("Category", line[-1])} if line else None,
        "ancestors": edges(referred("Category", above) for above in line),
    }


def _channel(facts: tuple[str, str, str, int, float]) -> Node:
    slug, name, currency, _, _ = facts
    return {
        **named("Channel", slug, name),
        "isActive": True,
        "currencyCode": currency,
        "defaultCountry": {"code": {"EUR": "NL", "USD": "US", "JPY": "JP"}[currency]},
        "warehouses": [referred("Warehouse", warehouse) for warehouse, _, _ in words.WAREHOUSES],
        "stockSettings": {"allocationStrategy": "PRIORITIZE_SORTING_ORDER"},
    }


def _product_type(facts: tuple[Any, ...]) -> Node:
    slug, name, _, weight, of_products, of_variants = facts
    return {
        **named("ProductType", slug, name),
        "kind": "NORMAL",
        "hasVariants": bool(of_variants),
        "isShippingRequired": True,
        "weight": {"unit": "KG", "value": weight},
        "productAttributes": [
            referred("Attribute", a) for a in (*of_products, *words.COMMON_ATTRIBUTES)
        ],
        "assignedVariantAttributes": [
            {"attribute": referred("Attribute", a), "variantSelection": True} for a in of_variants
        ],
    }


def _warehouse(facts: tuple[str, str, str]) -> Node:
    slug, name, country = facts
    number = [warehouse[0] for warehouse in words.WAREHOUSES].index(slug) + 1
    zone = {
        "id": encode_global_id("ShippingZone", number),
        "name": f"Around {name}",
        "default": False,
        "countries": [{"code": country}],
        "channels": [referred("Channel", channel[0]) for channel in words.CHANNELS],
    }
    return {
        **named("Warehouse", slug, name),
        "isPrivate": False,
        "clickAndCollectOption": "LOCAL" if number == 1 else "DISABLED",
        "shippingZones": edges([zone]),
    }


def _gift_cards(count: int, chance: random.Random) -> Iterator[Node]:
    return (_gift_card(place, chance) for place in range(count))


def _gift_card(place: int, chance: random.Random) -> Node:
    number = 20 + place + place // 9
    code = f"GIFT-{chance.getrandbits(48):012X}"
    used = place % 4 == 0
    worth, currency = _worth(place, chance)
    return {
        "id": encode_global_id("GiftCard", number),
        "code": code,
        "displayCode": code[-4:],
        "last4CodeChars": code[-4:],
        "isActive": place % 7 != 0,
        "created": moment_of(number),
        "expiryDate": "2027-12-31" if place % 2 else None,
        "lastUsedOn": moment_of(number + 500) if used else None,
        **_people(place, used=used),
        "app": None,
        "product": {"id": encode_global_id("Product", 101)} if place % 5 == 0 else None,
        "tags": [_tag(name) for name in chance.sample(words.TAGS, place % 3)],
        "initialBalance": {"amount": worth, "currency": currency},
        "currentBalance": {"amount": worth / 2 if used else worth, "currency": currency},
        "metadata": [{"key": "letter", "value": "With love, „Oma“"}] if place % 6 == 0 else [],
        "privateMetadata": [],
    }


def _worth(place: int, chance: random.Random) -> tuple[float, str]:
    currency = words.CHANNELS[place % 3][2]
    return float(chance.choice((10, 25, 50, 100)) * (100 if currency == "JPY" else 1)), currency


def _people(place: int, *, used: bool) -> Node:
    """Return who created a card and who owns it; only used cards have an owner."""
    email = f"{words.PEOPLE[place % len(words.PEOPLE)]}@mail.example" if used else None
    owner = {"id": encode_global_id("User", 10 + place), "email": email} if used else None
    return {
        "createdByEmail": "staff@shop.example",
        "usedByEmail": email,
        "assignedToEmail": email,
        "boughtInChannel": None,
        "createdBy": {"id": encode_global_id("User", 1), "email": "staff@shop.example"},
        "usedBy": owner,
        "assignedTo": owner,
    }


def _tag(name: str) -> Node:
    return {"id": encode_global_id("GiftCardTag", words.TAGS.index(name) + 1), "name": name}


def _vouchers(count: int, codes: int, chance: random.Random) -> Iterator[Node]:
    for number in range(1, count + 1):
        moment = moment_of(number)
        yield {
            "id": encode_global_id("Voucher", number),
            "name": f"Campaign {number}",
            "type": "ENTIRE_ORDER",
            "usageLimit": None,
            "startDate": moment,
            "endDate": None,
            "metadata": [],
            "codes": [_code(chance, moment) for _ in range(codes)],
        }


def _code(chance: random.Random, moment: str) -> Node:
    key = uuid.UUID(int=chance.getrandbits(128), version=4)
    return {
        "id": encode_global_id("VoucherCode", key),
        "code": f"{chance.choice(words.STYLES).split()[0].upper()}-{chance.getrandbits(32):08X}",
        "used": chance.choice((0, 0, 1, 2)),
        "isActive": chance.random() < 0.9,
        "createdAt": moment,
    }


def main() -> None:
    """Write the catalogue that the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m local.demo_catalog", description="Write a demo catalogue."
    )
    parser.add_argument("directory", type=Path)
    for name, default in (
        ("products", 300),
        ("gift-cards", 60),
        ("vouchers", 6),
        ("codes-per-voucher", 40),
        ("seed", SEED),
    ):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"default: {default}")
    options = vars(parser.parse_args())
    write_catalog(options.pop("directory"), **options)


if __name__ == "__main__":
    main()
