"""The products of the demo catalogue, one by one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from chalicelib.domain.global_id import encode_global_id
from local import demo_words as words
from local.demo_nodes import OPENED, Node, moment_of, named, referred, rich_text

MEDIA: Final = "https://media.shop.example"


def make_products(count: int, chance: random.Random) -> Iterator[Node]:
    """`count` products in id order, with gaps between their ids."""
    number = 100
    for _ in range(count):
        number += 1 if chance.random() < 0.95 else chance.randrange(2, 40)
        yield _product(number, chance)


def _product(number: int, chance: random.Random) -> Node:
    type_slug, type_name, nouns, weight, of_products, of_variants = chance.choice(words.PRODUCT_TYPES)
    name = f"{chance.choice(words.ADJECTIVES)} {chance.choice(words.STYLES)} {chance.choice(nouns)}"
    if number % 50 == 0:
        name = f'={name}, "limited"'
    category = words.CATEGORIES[number % len(words.CATEGORIES)]
    variants = chance.choice((1, 2, 3, 3, 4, 5)) if of_variants else 1
    price = chance.randrange(390, 24_900) / 100
    key = encode_global_id("Product", number)
    moment = moment_of(number)
    made = [_variant(number * 10 + n, number, n, of_variants, price, weight, chance) for n in range(variants)]
    return {
        "id": key,
        "name": name,
        "slug": f"{type_slug}-{number}",
        "description": rich_text(f"{chance.choice(words.NOTES)} {name}."),
        "created": moment,
        "updatedAt": moment,
        "rating": None if number % 3 else round(chance.uniform(2, 5), 1),
        "externalReference": f"PIM-{number:06d}" if number % 4 == 0 else None,
        "chargeTaxes": True,
        "seoTitle": name if number % 5 == 0 else "",
        "seoDescription": "",
        "weight": {"unit": "KG", "value": weight} if number % 6 else None,
        "productType": {**named("ProductType", type_slug, type_name), "kind": "NORMAL"},
        "category": named("Category", category[0], category[1]),
        "defaultVariant": {"id": made[0]["id"]},
        "metadata": [{"key": "season", "value": "spring"}] if number % 7 == 0 else [],
        "privateMetadata": [],
        "collections": [named("Collection", *words.COLLECTIONS[number % 3])] if number % 2 else [],
        "media": [_picture(number, name)],
        "attributes": [_assigned(a, number, chance) for a in (*of_products, *words.COMMON_ATTRIBUTES)],
        "channelListings": [_listing(number, n, price) for n in range(len(words.CHANNELS)) if (number + n) % 5],
        "variants": made,
    }


def _picture(number: int, name: str) -> Node:
    return {
        "id": encode_global_id("ProductMedia", number),
        "url": f"{MEDIA}/products/{number}.webp",
        "thumbnailUrl": f"{MEDIA}/thumbnails/{number}.webp",
        "type": "IMAGE",
        "alt": name,
        "sortOrder": 0,
        "oembedData": "{}",
    }


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
    return {
        "id": encode_global_id("ProductVariant", number),
        "name": f"Variant {place + 1}",
        "sku": f"{product:06d}-{place + 1:02d}",
        "created": moment,
        "updatedAt": moment,
        "trackInventory": number % 11 != 0,
        "quantityLimitPerCustomer": None,
        "externalReference": None,
        "weight": {"unit": "KG", "value": round(weight * (1 + place / 4), 2)},
        "metadata": [],
        "privateMetadata": [],
        "media": [],
        "attributes": [_assigned(a, number, chance) for a in attributes],
        "stocks": [_stock(number, n, chance) for n in range(len(words.WAREHOUSES)) if (number + n) % 4],
        "channelListings": [
            _variant_listing(number, n, price + place) for n in range(len(words.CHANNELS)) if (product + n) % 5
        ],
        "preorder": None,
    }


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
        "preorderThreshold": {"quantity": None, "soldUnits": 0},
    }


_EMPTY_VALUE: Final[Node] = {
    "value": "",
    "reference": None,
    "file": None,
    "richText": None,
    "plainText": None,
    "boolean": None,
    "date": None,
    "dateTime": None,
    "externalReference": None,
}
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "material": words.MATERIALS,
    "care": words.CARE,
    "flavour": words.FLAVOURS,
    "size": words.SIZES,
    "volume": words.VOLUMES,
}
_INPUT_TYPES: Final = {slug: (input_type, entity, unit) for slug, _, input_type, entity, unit in words.ATTRIBUTES}


def _assigned(slug: str, number: int, chance: random.Random) -> Node:
    input_type, entity_type, unit = _INPUT_TYPES[slug]
    attribute = {**referred("Attribute", slug), "inputType": input_type, "entityType": entity_type, "unit": unit}
    values = [
        {
            "id": encode_global_id("AttributeValue", f"{number}{place}"),
            "slug": f"{slug}-{number}-{place}",
            "inputType": input_type,
            **_EMPTY_VALUE,
            **value,
        }
        for place, value in enumerate(_values(slug, input_type, number, chance))
    ]
    return {"attribute": attribute, "values": values}


def _values(slug: str, input_type: str, number: int, chance: random.Random) -> list[Node]:
    """What of a value differs from nothing, by input type."""
    match input_type:
        case "DROPDOWN":
            return [_choice(chance.choice(_CHOICES[slug]))]
        case "MULTISELECT":
            return [_choice(name) for name in chance.sample(_CHOICES[slug], chance.randrange(0, 4))]
        case "SWATCH":
            name, colour = chance.choice(words.COLOURS)
            return [{**_choice(name), "value": colour}]
        case "SINGLE_REFERENCE":
            place = number % len(words.BRANDS)
            page = encode_global_id("Page", place + 1)
            return [{"name": words.BRANDS[place], "slug": f"{number}_{place + 1}", "reference": page}]
        case "REFERENCE":
            other = max(101, number - chance.randrange(1, 90))
            product = encode_global_id("Product", other)
            return [{"name": f"Product {other}", "slug": f"{number}_{other}", "reference": product}]
        case "FILE":
            url = f"{MEDIA}/manuals/manual%20{number}.pdf"
            return [{"name": f"manual {number}.pdf", "file": {"url": url, "contentType": "application/pdf"}}]
    return [_typed(input_type, number, chance)]


def _typed(input_type: str, number: int, chance: random.Random) -> Node:
    moment = OPENED + timedelta(days=number % 700, seconds=number % 86_400)
    match input_type:
        case "RICH_TEXT":
            text = chance.choice(words.NOTES)
            return {"name": text[:40], "richText": rich_text(f"<b>{text}</b>")}
        case "PLAIN_TEXT":
            text = chance.choice(words.NOTES)
            return {"name": text[:40], "plainText": text}
        case "NUMERIC":
            return {"name": str(chance.randrange(16, 480))}
        case "BOOLEAN":
            return {
                "name": "Dishwasher safe: Yes" if number % 2 else "Dishwasher safe: No",
                "boolean": bool(number % 2),
            }
        case "DATE":
            return {"name": f"{moment:%Y-%m-%d}", "date": f"{moment:%Y-%m-%d}"}
    return {"name": str(moment), "dateTime": moment.isoformat()}


def _choice(name: str) -> Node:
    return {"name": name, "slug": name.lower().replace(" ", "-")}
