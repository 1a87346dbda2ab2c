"""Make the products of the demo catalogue, one by one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from chalicelib.domain.global_id import encode_global_id
from local import demo_words as words
from local.demo_attributes import assign
from local.demo_nodes import MEDIA, OPENED, Node, moment_of, named, referred, rich_text


def make_products(count: int, chance: random.Random) -> Iterator[Node]:
    """Yield `count` products in id order, with gaps between their ids."""
    number = 100
    for _ in range(count):
        number += 1 if chance.random() < 0.95 else chance.randrange(2, 40)
        yield _product(number, chance)


def make_large_product(variants: int, chance: random.Random) -> Node:
    """Return a product with so many variants."""
    product = _product(101, chance)
    _, _, _, weight, _, of_variants = words.PRODUCT_TYPES[0]
    made = [
        _variant(10_000 + n, 101, n, of_variants, 10 + n / 100, weight, chance)
        for n in range(variants)
    ]
    return {**product, "variants": made}


def _product(number: int, chance: random.Random) -> Node:
    kind = chance.choice(words.PRODUCT_TYPES)
    type_slug, type_name, nouns, weight, of_products, of_variants = kind
    name = _name(number, nouns, chance)
    # Three variants a product on average, the single variants of gifts included.
    count = chance.choice((2, 3, 4, 4, 4, 4)) if of_variants else 1
    price = chance.randrange(390, 24_900) / 100
    variants = [
        _variant(number * 10 + n, number, n, of_variants, price, weight, chance)
        for n in range(count)
    ]
    return {
        **_texts(number, name, type_slug, chance),
        "weight": {"unit": "KG", "value": weight} if number % 6 else None,
        "productType": {**named("ProductType", type_slug, type_name), "kind": "NORMAL"},
        "category": _category(number),
        "defaultVariant": {"id": variants[0]["id"]},
        **_metadata(number),
        "collections": _collections(number),
        "media": [_picture(number, n, name) for n in range(number % 3)],
        "attributes": [assign(a, number, chance) for a in (*of_products, *words.COMMON_ATTRIBUTES)],
        "channelListings": _listings(number, price),
        "variants": variants,
    }


def _name(number: int, nouns: tuple[str, ...], chance: random.Random) -> str:
    """Return a product's name; every fiftieth looks like a formula."""
    name = f"{chance.choice(words.ADJECTIVES)} {chance.choice(words.STYLES)} {chance.choice(nouns)}"
    return name if number % 50 else f'={name}, "limited"'


def _texts(number: int, name: str, type_slug: str, chance: random.Random) -> Node:
    moment = moment_of(number)
    return {
        "id": encode_global_id("Product", number),
        "name": name,
        "slug": f"{type_slug}-{number}",
        "description": rich_text(f"{chance.choice(words.NOTES)} {name}.") if number % 40 else None,
        "created": moment,
        "updatedAt": moment,
        "rating": None if number % 3 else round(chance.uniform(2, 5), 1),
        "externalReference": f"PIM-{number:06d}" if number % 4 == 0 else None,
        "chargeTaxes": True,
        "seoTitle": name if number % 5 == 0 else "",
        "seoDescription": "",
    }


def _category(number: int) -> Node | None:
    slug, name, _ = words.CATEGORIES[number % len(words.CATEGORIES)]
    return named("Category", slug, name) if number % 60 else None


def _metadata(number: int) -> Node:
    season = {"key": "season", "value": "früh; „Mai“"}
    supplier = {"key": "supplier", "value": f"S-{number % 17}"}
    return {
        "metadata": [season] if number % 7 == 0 else [],
        "privateMetadata": [supplier] if number % 8 == 0 else [],
    }


def _collections(number: int) -> list[Node]:
    return [
        referred("Collection", slug)
        for n, (slug, *_) in enumerate(words.COLLECTIONS)
        if not number % (2 + n)
    ]


def _listings(number: int, price: float) -> list[Node]:
    return [_listing(number, n, price) for n in range(len(words.CHANNELS)) if (number + n) % 5]


def _picture(number: int, place: int, name: str) -> Node:
    image = _image(number, place)
    return {
        **image,
        "thumbnailUrl": f"{MEDIA}/thumbnail/{image['id']}/4096/",
        "alt": name,
        "sortOrder": place,
        "oembedData": "{}",
    }


def _image(number: int, place: int) -> Node:
    key = encode_global_id("ProductMedia", number * 10 + place)
    return {"id": key, "url": f"{MEDIA}/products/{number} größe {place}.webp", "type": "IMAGE"}


def _variant(
    number: int,
    product: int,
    place: int,
    attributes: tuple[str, ...],
    price: float,
    weight: float,
    chance: random.Random,
) -> Node:
    moment = moment_of(number)
    assigned = [assign(a, number, chance) for a in attributes]
    return {
        "id": encode_global_id("ProductVariant", number),
        "name": " / ".join(a["values"][0]["name"] for a in assigned),
        "sku": f"{product:06d}-{place + 1:02d}" if number % 101 else None,
        "created": moment,
        "updatedAt": moment,
        "trackInventory": number % 11 != 0,
        "quantityLimitPerCustomer": None,
        "externalReference": None,
        "weight": {"unit": "KG", "value": round(weight * (1 + place / 4), 2)},
        "metadata": [],
        "privateMetadata": [],
        "media": [_image(product, 0)] if place == 0 and product % 3 else [],
        "attributes": assigned,
        "stocks": _stocks(number, chance),
        "channelListings": _variant_listings(number, product, price + place),
        "preorder": _preorder(number) if number % 97 == 0 else None,
    }


def _stocks(number: int, chance: random.Random) -> list[Node]:
    return [_stock(number, n, chance) for n in range(len(words.WAREHOUSES)) if (number + n) % 4]


def _variant_listings(number: int, product: int, price: float) -> list[Node]:
    return [
        _variant_listing(number, n, price) for n in range(len(words.CHANNELS)) if (product + n) % 5
    ]


def _preorder(number: int) -> Node:
    ends = OPENED + timedelta(days=400 + number % 200)
    return {"globalThreshold": 50, "globalSoldUnits": number % 50, "endDate": ends.isoformat()}


def _stock(number: int, place: int, chance: random.Random) -> Node:
    quantity = chance.randrange(0, 400)
    return {
        "id": encode_global_id("Stock", number * 10 + place),
        "warehouse": referred("Warehouse", words.WAREHOUSES[place][0]),
        "quantity": quantity,
        "quantityAllocated": min(quantity, number % 5),
        "quantityReserved": 0,
    }


def _money(price: float, channel: int) -> Node:
    _, _, currency, digits, factor = words.CHANNELS[channel]
    return {"amount": round(price * factor, digits), "currency": currency}


def _in_channel(channel: int) -> Node:
    slug, _, currency, _, _ = words.CHANNELS[channel]
    return {**referred("Channel", slug), "currencyCode": currency}


def _listing(number: int, channel: int, price: float) -> Node:
    published = OPENED + timedelta(days=number % 200)
    return {
        "id": encode_global_id("ProductChannelListing", number * 10 + channel),
        "channel": _in_channel(channel),
        "publishedAt": published.isoformat(),
        "publicationDate": f"{published:%Y-%m-%d}",
        "isPublished": number % 9 != 0,
        "visibleInListings": number % 9 != 0,
        "availableForPurchaseAt": published.isoformat(),
        "isAvailableForPurchase": True,
        "discountedPrice": _money(price, channel),
        "purchaseCost": {"start": {"amount": 0.0}, "stop": {"amount": 0.0}},
    }


def _variant_listing(number: int, channel: int, price: float) -> Node:
    return {
        "id": encode_global_id("ProductVariantChannelListing", number * 10 + channel),
        "channel": _in_channel(channel),
        "price": _money(price, channel),
        "costPrice": _money(price * 0.6, channel) if number % 3 == 0 else None,
        "priorPrice": None,
        "preorderThreshold": {"quantity": 20 if number % 97 == 0 else None, "soldUnits": 0},
    }
